import TomlConfiguration

extension HubConfiguration {
    /// The keys whose values are paths of files that nobody else may read.
    private static let secretKeys = ["tokens.secret_file", "tokens.static_file", "tickets.secret_file", "collection.key_file"]

    /// What others may read that they must not, of the files that the configuration at `path` names, each with what to do about it.
    static func exposures(in path: String) -> [String] {
        let group = ConfigurationFile.serviceGroup(named: "validator-hub")
        return ((try? ConfigurationFile.filesNamed(by: secretKeys, in: path)) ?? [])
            .compactMap { ConfigurationFile.exposure(of: $0, serviceGroup: group) }
    }
}

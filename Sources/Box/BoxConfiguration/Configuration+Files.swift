import TomlConfiguration

extension Configuration {
    /// The keys whose values are paths of files that belong to the configuration: secrets, tokens, certificates.
    public static let fileKeys =
        secretKeys + [
            "platform.ca_file", "platform.client_cert", "management.read_events_cert", "tickets.transport_roots_file",
        ]

    /// Those of them that nobody else may read.
    static let secretKeys = [
        "platform.authorization_file", "platform.client_key", "platform.token.value_file", "platform.token.secret_file",
        "tickets.secret_file",
        "management.read_events_tokens_file", "management.read_events_key",
    ]

    /// The files that the configuration file at `path` names, each once.
    public static func filesNamed(in path: String) throws(ConfigurationError) -> [String] {
        try ConfigurationFile.filesNamed(by: fileKeys, in: path)
    }

    /// What others may read that they must not, each with what to do about it: files with secrets, the console's PIN beside the
    /// configuration, the configuration itself if there is a password in the platform's address, and who may change it.
    ///
    /// - Parameter path: the file that this configuration was read from.
    public func exposures(in path: String) -> [String] {
        let group = ConfigurationFile.serviceGroup(named: "validator")
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        var files = (try? ConfigurationFile.filesNamed(by: Self.secretKeys, in: path)) ?? []
        files.append("\(folder)console.pin")
        if ServiceAddress(platform.baseURL).holdsPassword { files.append(path) }
        return [ConfigurationFile.changeability(of: path, serviceGroup: group)].compactMap { $0 }
            + files.compactMap { ConfigurationFile.exposure(of: $0, serviceGroup: group) }
    }
}

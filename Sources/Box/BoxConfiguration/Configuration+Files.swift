import TomlConfiguration

extension Configuration {
    /// The keys whose values are paths of files that belong to the configuration: secrets, tokens, certificates.
    public static let fileKeys = [
        "platform.ca_file", "platform.client_cert", "platform.client_key", "platform.token.value_file",
        "platform.token.secret_file", "tickets.secret_file", "management.read_events_tokens_file",
        "management.read_events_cert", "management.read_events_key",
    ]

    /// The files that the configuration file at `path` names, each once.
    public static func filesNamed(in path: String) throws(ConfigurationError) -> [String] {
        let text: [UInt8]
        do { text = try ConfigurationFile.read(path) } catch { throw .unreadable(error) }
        let root: TomlValue
        do { root = try TomlDocument(text).root() } catch { throw .mistakes(path: path, [error]) }
        var files: [String] = []
        for key in fileKeys {
            let value = key.split(separator: ".").reduce(root) { value, name in value?.member(named: String(name)) }
            guard case .string(let file)? = value?.content, !file.isEmpty, !files.contains(file) else { continue }
            files.append(file)
        }
        return files
    }
}

extension TomlValue {
    /// Nil too when this is no table.
    fileprivate func member(named name: String) -> TomlValue? {
        guard case .table(let members) = content else { return nil }
        return members.first { $0.key == name }?.value
    }
}

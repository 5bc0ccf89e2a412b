extension ConfigurationReader {
    /// A file that must be readable; empty when the key is.
    public func optionalFile(_ key: String) -> String {
        let path = string(key, default: "")
        if !path.isEmpty {
            do { _ = try ConfigurationFile.read(path) } catch { report(key, "\(error)") }
        }
        return path
    }
}

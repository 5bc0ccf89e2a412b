extension ConfigurationReader {
    /// The content of the secret file that the key names, without the line end that an editor leaves at its end. Empty when the key
    /// is, or on a mistake, which never shows any of the content.
    ///
    /// - Parameter program: who reads it, for the technician who has to give it the right owner.
    public func secret(_ key: String, of program: String) -> [UInt8] {
        let path = string(key, default: "")
        guard !path.isEmpty else { return [] }
        do throws(SecretFileError) {
            return try ConfigurationFile.secret(in: path, of: program)
        } catch {
            report(key, error.description)
            return []
        }
    }
}

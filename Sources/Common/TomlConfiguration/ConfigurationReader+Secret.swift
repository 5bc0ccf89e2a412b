extension ConfigurationReader {
    /// Of a secret's file, in bytes.
    public static let maximumSecretSize = 4096

    /// The content of the secret file that the key names, without the line end that an editor leaves at its end. Empty when the key
    /// is, or on a mistake, which never shows any of the content.
    ///
    /// - Parameter program: who reads it, for the technician who has to give it the right owner.
    public func secret(_ key: String, of program: String) -> [UInt8] {
        let path = string(key, default: "")
        guard !path.isEmpty else { return [] }
        do throws(FileReadError) {
            var secret = try ConfigurationFile.read(path, maximumSize: Self.maximumSecretSize)
            while let last = secret.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { secret.removeLast() }
            if secret.isEmpty { report(key, "\(path) is empty; put the secret into it") }
            return secret
        } catch {
            report(key, "\(error); create it with mode 0600, owned by the user that \(program) runs as")
            return []
        }
    }
}

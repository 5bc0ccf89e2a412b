extension ConfigurationFile {
    /// Of a secret's file, in bytes.
    public static let maximumSecretSize = 4096

    /// The content of a secret's file, without the line end that an editor leaves at its end; not empty.
    ///
    /// - Parameter program: who reads it, for the technician who has to give it the right owner.
    public static func secret(in path: String, of program: String) throws(SecretFileError) -> [UInt8] {
        var secret: [UInt8]
        do throws(FileReadError) {
            secret = try read(path, maximumSize: maximumSecretSize)
        } catch {
            throw SecretFileError("\(error); create it with mode 0600, owned by the user that \(program) runs as")
        }
        while let last = secret.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { secret.removeLast() }
        guard !secret.isEmpty else { throw SecretFileError("\(path) is empty; put the secret into it") }
        return secret
    }
}

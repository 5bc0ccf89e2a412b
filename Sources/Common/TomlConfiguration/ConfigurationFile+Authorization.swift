extension ConfigurationFile {
    /// What calls carry as `Authorization: Bearer …`, as its file says now; nil where none is named.
    ///
    /// - Parameters:
    ///   - path: of the file; empty: none.
    ///   - program: who reads it, for the technician who has to give it the right owner.
    ///   - group: the group under which that service runs.
    ///   - nextStep: what brings a good one.
    /// - Throws: when the file is missing, holds something else than one word of ASCII, or may be read by others.
    public static func authorization(
        in path: String, of program: String, group: String, nextStep: String
    ) throws(SecretFileError) -> String? {
        guard !path.isEmpty else { return nil }
        let secret = try secret(in: path, of: program)
        // It becomes part of a header.
        guard secret.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SecretFileError("\(path) must hold one word of ASCII letters, digits and signs; \(nextStep)")
        }
        if let exposure = exposure(of: path, serviceGroup: serviceGroup(named: group)) { throw SecretFileError(exposure) }
        return String(decoding: secret, as: UTF8.self)
    }
}

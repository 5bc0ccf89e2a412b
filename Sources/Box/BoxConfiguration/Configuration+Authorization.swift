import TomlConfiguration

extension Configuration.Platform {
    /// What each call carries as `Authorization: Bearer …`, as its file says now; nil where none is named.
    ///
    /// - Throws: when the file is missing, holds something else than one word of ASCII, or may be read by others.
    public func authorization() throws(SecretFileError) -> String? {
        guard !authorizationFile.isEmpty else { return nil }
        let secret = try ConfigurationFile.secret(in: authorizationFile, of: "validatord")
        // It becomes part of a header.
        guard secret.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SecretFileError(
                "\(authorizationFile) must hold one word of ASCII letters, digits and signs; enrol this box again")
        }
        let group = ConfigurationFile.serviceGroup(named: "validator")
        if let exposure = ConfigurationFile.exposure(of: authorizationFile, serviceGroup: group) {
            throw SecretFileError(exposure)
        }
        return String(decoding: secret, as: UTF8.self)
    }
}

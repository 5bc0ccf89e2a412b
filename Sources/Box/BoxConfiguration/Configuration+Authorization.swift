import TomlConfiguration

extension Configuration.Platform {
    /// What each call carries as `Authorization: Bearer …`, as its file says now; nil where none is named.
    ///
    /// - Throws: when the file is missing, holds something else than one word of ASCII, or may be read by others.
    public func authorization() throws(SecretFileError) -> String? {
        try ConfigurationFile.authorization(
            in: authorizationFile, of: "validatord", group: "validator", nextStep: "enrol this box again")
    }
}

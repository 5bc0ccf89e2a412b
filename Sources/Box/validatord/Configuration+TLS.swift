import BoxConfiguration
import Transport

extension Configuration.Platform {
    /// Whom the box believes, and as whom it comes.
    var tlsFiles: TLSFiles {
        TLSFiles(
            authorities: authoritiesFile.isEmpty ? nil : authoritiesFile,
            identity: clientCertificateFile.isEmpty
                ? nil : TLSFiles.Identity(certificate: clientCertificateFile, key: clientKeyFile))
    }
}

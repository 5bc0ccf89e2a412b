import Cryptography

/// Whether a provisioning file is from somebody who knows the box's present secret.
struct ProvisioningCheck {
    /// As much as a secret may have in the configuration, and far more than a provisioning file has.
    private static let maximumBytes = 65536

    let file: String
    /// The box's secrets, the one that counts first: whoever knows only the second proves nothing as long as the first is there.
    let secretFiles: [String]

    /// - Throws: when it is not, or nobody can tell.
    func run() throws(ControlFailure) {
        let bytes = try WholeFile.read(file, limit: Self.maximumBytes)
        guard let secret = try secret() else {
            throw .cannotRead(
                """
                this box has no secret by which a file could be proven (\(secretFiles.joined(separator: ", "))): it is \
                provisioned anew by writing the image onto its disk, after its records were collected
                """)
        }
        let proven: ProvenFile
        do throws(ProvenFile.Mistake) {
            proven = try ProvenFile(bytes)
        } catch {
            switch error {
            case .twoProofs: throw .refused("more than one line begins with proof =")
            case .malformedProof:
                throw .refused("the proof must be 64 hexadecimal digits in quotation marks, and nothing behind it")
            }
        }
        guard proven.proof != nil else {
            throw .refused(
                """
                this box is provisioned already: another file needs a line proof = "…" (on the hub: \
                validator-hub provision-proof DEVICE FILE)
                """)
        }
        guard proven.isProven(under: secret) else {
            throw .refused("the proof is not one under this box's present secret, or the file was changed after it was made")
        }
    }

    private func secret() throws(ControlFailure) -> [UInt8]? {
        for path in secretFiles where WholeFile.exists(path) {
            let secret = ProvenFile.secret(ofFile: try WholeFile.read(path, limit: Self.maximumBytes))
            if !secret.isEmpty { return secret }
        }
        return nil
    }
}

/// What was found about the certificates of issuers, of which a bus sees a few all day: each costs one signature, and no more while
/// the root keys stay as they are.
struct CertificateVerdicts: Sendable {
    /// More issuers than ride on one bus. A hostile phone can show as many as it likes, so that only good ones are kept.
    static let maximum = 64

    private var good: Set<[UInt8]> = []
    private var version = ""

    mutating func verdict(on certificate: ArraySlice<UInt8>, underRoots version: String, _ verify: () -> Bool) -> Bool {
        if self.version != version { (good, self.version) = ([], version) }
        let certificate = Array(certificate)
        guard !good.contains(certificate) else { return true }
        guard verify() else { return false }
        if good.count >= Self.maximum { good.removeAll() }
        good.insert(certificate)
        return true
    }
}

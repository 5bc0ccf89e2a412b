import Cryptography
import Fares

/// What codes need, with signatures that cost next to nothing and are the same in each run of a seed. Whoever has the public key can
/// make them: what is proven here is what becomes of codes that are genuine or not, and not who can make one.
struct SimulatedCryptography: TicketCryptography {
    private let library = Libcrypto()

    /// 64 bytes.
    func sign(_ message: [UInt8], for publicKey: [UInt8]) -> [UInt8] {
        let half = library.sha256((publicKey + message)[...])
        return half + library.sha256(half[...])
    }

    func isSignedBySM2(_ message: ArraySlice<UInt8>, _ signature: ArraySlice<UInt8>, publicKey: ArraySlice<UInt8>) -> Bool {
        signature.elementsEqual(sign(Array(message), for: Array(publicKey)))
    }

    func isPointOfSM2(_ publicKey: ArraySlice<UInt8>) -> Bool { true }
    func sha256(_ message: ArraySlice<UInt8>) -> [UInt8] { library.sha256(message) }
    func authenticationCode(key: [UInt8], message: [UInt8]) -> [UInt8] {
        library.authenticationCode(key: key, message: message)
    }
}

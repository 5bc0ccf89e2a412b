import Base
import Cryptography
import Fares

extension FuzzTarget {
    /// A file of root keys: what is taken is written again as lines and read back as the same set; a refusal says why.
    static let rootKeys = FuzzTarget(name: "root-keys") { input in
        let set: RootKeySet
        do throws(RootKeyError) {
            set = try RootKeySet(file: input, verifier: Libcrypto())
        } catch {
            try require((1...200).contains(error.description.utf8.count), "a message of \(error.description.utf8.count) bytes")
            return
        }
        try require(!set.isEmpty && set.version.utf8.count == 16, "\(set.keys.count) keys of version \(set.version)")
        try require(set.keys.allSatisfy { Libcrypto().isPointOfSM2($0.point[...]) }, "a key that is no point of the curve")
        try require(Set(set.keys.map(\.index)).count == set.keys.count, "two keys of one index")
        let lines = set.keys.map { "\($0.index),\(hexadecimal($0.point))\r\n" }.joined()
        let again = try RootKeySet(file: Array(lines.utf8), verifier: Libcrypto())
        try require(again.keys.map(\.point) == set.keys.map(\.point), "read back as other keys")
    }
}

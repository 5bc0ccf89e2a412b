import Cryptography

extension FuzzTarget {
    /// The file of the console's PIN: what is taken for a hash is written as it was read, and nothing that is not whole is one.
    static let storedPIN = FuzzTarget(name: "stored-pin") { input in
        let text = String(decoding: input, as: UTF8.self)
        guard let pin = StoredPIN(file: text) else { return }
        try require(StoredPIN(file: pin.text) == pin, "\(text) is written as \(pin.text)")
        try require(StoredPIN(file: String(pin.text.dropLast(3))) == nil, "half a hash is one")
    }
}

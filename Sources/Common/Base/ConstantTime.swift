/// True when both hold the same bytes, in time that tells no more than their lengths: for secrets, tokens, seals and hashes, which
/// somebody who measures could otherwise guess byte by byte.
public func isEqualInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
}

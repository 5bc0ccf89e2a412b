/// Something that reads bytes from outside, with what must be true whatever they are.
package struct FuzzTarget {
    /// As `make fuzz TARGET=…` and the corpus folder have it.
    package let name: String
    /// Throws the first property that does not hold. Crashes and hangs are found by themselves.
    package let check: ([UInt8]) throws -> Void

    package static let all = [
        pn532Frames, pn532Driver, uhfA0Frames, uhfA0Driver, asciiLine, twn4Driver, keyboardWedge, serialScanner, hidDescriptor,
        hidPOS, wave, jsonStrict, jsonLenient, platformReply, deviceRequest, toml, configuration, ticket, controlRequest,
        upgradeRequest, webSocketMessages, readEventRequest, accessTokens, redaction, cardFile,
        collectionFile, identityFile, recordFile, storedPIN, modemReport, transportCode, rootKeys,
    ]
}

/// A property that does not hold.
struct BrokenProperty: Error, CustomStringConvertible {
    let description: String
}

func require(_ condition: Bool, _ property: @autoclosure () -> String) throws(BrokenProperty) {
    guard condition else { throw BrokenProperty(description: property()) }
}

extension [UInt8] {
    /// These bytes as reads of at most `size` might bring them.
    func chunks(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }

    /// Some ways in which these bytes may arrive: all at once, one by one, and in between. A long input, which a person may
    /// run to measure, arrives at once only.
    var arrivals: [[[UInt8]]] { count > 4096 ? [[self]] : [[self], chunks(of: 1), chunks(of: 2 + count % 13)] }
}

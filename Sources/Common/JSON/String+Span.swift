extension String {
    /// Bytes that are not UTF-8 become U+FFFD.
    public init(utf8 bytes: Span<UInt8>) {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in 0..<bytes.count { copy.append(bytes[index]) }
        self.init(decoding: copy, as: UTF8.self)
    }
}

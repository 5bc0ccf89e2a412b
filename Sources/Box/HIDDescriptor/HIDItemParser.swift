/// The items of a descriptor, one after the other, as far as they are whole.
struct HIDItemParser {
    private static let longItem: UInt8 = 0xFE

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next() -> HIDItem? {
        while let prefix = rest.popFirst() {
            if prefix == Self.longItem {
                // Its size, its tag, and so many bytes.
                guard let size = rest.popFirst() else { return nil }
                rest = rest.dropFirst(1 + Int(size))
                continue
            }
            let size = prefix & 3 == 3 ? 4 : Int(prefix & 3)
            guard rest.count >= size else { return nil }
            let value = rest.prefix(size).reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(size)
            return HIDItem(prefix: prefix, value: value, size: size)
        }
        return nil
    }
}

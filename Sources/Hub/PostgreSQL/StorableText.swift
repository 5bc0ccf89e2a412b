/// PostgreSQL's texts hold every character but U+0000, which a scanned code may have. It is stored as two others, of which the first is
/// one that Unicode keeps out of all texts (U+FDD0), so that every text comes back as it was.
enum StorableText {
    private static let mark: [UInt8] = [0xEF, 0xB7, 0x90]
    private static let zero = mark + [UInt8(ascii: "0")]
    private static let markItself = mark + [UInt8(ascii: "1")]

    static func append(_ text: String, to bytes: inout [UInt8]) {
        var text = text
        text.withUTF8 { characters in
            guard unsafe characters.contains(where: { $0 == 0 || $0 == mark[0] }) else {
                unsafe bytes.append(contentsOf: characters)
                return
            }
            var index = 0
            while index < characters.count {
                if unsafe characters[index] == 0 {
                    bytes.append(contentsOf: zero)
                } else if unsafe characters[index...].starts(with: mark) {
                    bytes.append(contentsOf: markItself)
                    index += mark.count - 1
                } else {
                    unsafe bytes.append(characters[index])
                }
                index += 1
            }
        }
    }

    @unsafe static func text(_ stored: UnsafeRawBufferPointer) -> String {
        guard unsafe stored.contains(mark[0]) else { return unsafe String(decoding: stored, as: UTF8.self) }
        var bytes: [UInt8] = []
        var index = 0
        while index < stored.count {
            let rest = unsafe stored[index...]
            if unsafe rest.starts(with: zero) {
                bytes.append(0)
                index += zero.count
            } else if unsafe rest.starts(with: markItself) {
                bytes.append(contentsOf: mark)
                index += markItself.count
            } else {
                unsafe bytes.append(stored[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

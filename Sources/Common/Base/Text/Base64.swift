/// Base64 (RFC 4648, section 4), padded.
public func base64(_ bytes: some Collection<UInt8>) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        let three = rest.prefix(3)
        rest = rest.dropFirst(3)
        let bits = three.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - three.count))
        for place in 0..<4 {
            let value = Int(bits >> UInt32(18 - 6 * place) & 63)
            text.append(place <= three.count ? alphabet[value] : UInt8(ascii: "="))
        }
    }
    return String(decoding: text, as: UTF8.self)
}

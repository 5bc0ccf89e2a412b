import Base
import ControlProtocol
import Cryptography
import Fares
import Glibc

/// A code as it is handed to `validatorctl ticket`.
enum TicketInput {
    /// The bytes on standard input as they are; but a line end behind a text is not part of it, nor one behind a binary code that is a
    /// code only without it.
    static func standard() throws(ControlFailure) -> [UInt8] {
        var input: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe Glibc.read(0, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw .cannotRead("standard input cannot be read: \(unsafe String(cString: strerror(errno)))")
            }
            guard count > 0 else { return try checked(withoutLineEnd(input)) }
            input += chunk[..<count]
            guard input.count <= ControlRequest.maximumCode + 2 else { return try checked(input) }
        }
    }

    static func hexadecimal(_ text: String) throws(ControlFailure) -> [UInt8] {
        guard let code = bytes(ofHexadecimal: text.filter { !$0.isWhitespace }) else {
            throw .badArgument("--hex takes pairs of hexadecimal digits")
        }
        return try checked(code)
    }

    static func checked(_ scanned: [UInt8]) throws(ControlFailure) -> [UInt8] {
        let code = TicketReader.code(in: scanned)
        guard (1...ControlRequest.maximumCode).contains(code.count) else {
            throw .badArgument("a code has 1 to \(ControlRequest.maximumCode) bytes")
        }
        return code
    }

    static func withoutLineEnd(_ input: [UInt8]) -> [UInt8] {
        guard input.last == UInt8(ascii: "\n") else { return input }
        let text = Array(input.dropLast(input.dropLast().last == UInt8(ascii: "\r") ? 2 : 1))
        guard String(scannedCode: input) == nil else { return text }
        let reader = TicketReader(TicketSettings(), Libcrypto())
        // A binary code may end in the byte of a line end itself, and in that of a carriage return before one.
        let candidates = [input, Array(input.dropLast()), text]
        return candidates.first { reader.unverified($0) != nil } ?? input
    }
}

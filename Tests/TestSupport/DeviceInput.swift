import Foundation

/// What devices in the field have sent, as public reports have it; the files lie in `Tests/DeviceInputs`. A `.bin` file holds the
/// bytes as a port, a FIFO of input events or a hidraw device hands them out; a `.hex` or `.txt` file holds one message a line, in
/// hexadecimal digits, perhaps with a comment behind `#`.
package enum DeviceInput {
    /// The bytes of a `.bin` file.
    package static func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: file(name))) }

    /// The messages of a `.hex` or `.txt` file.
    package static func messages(_ name: String) throws -> [[UInt8]] {
        try String(contentsOf: file(name), encoding: .utf8).split(separator: "\n").map { line in
            line.prefix { $0 != "#" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
        }
    }

    private static func file(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../DeviceInputs/\(name)").standardized
    }
}

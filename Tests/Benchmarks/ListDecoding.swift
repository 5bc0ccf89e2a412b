import Base
import Foundation
import Glibc
import OperatingSystem
import PlatformAPI

/// Ways to read a list's reply, each run in a process of its own, so that its memory can be told.
enum ListDecoding: String, CaseIterable {
    /// Into tables ready for lookups, piece by piece as libcurl hands them over.
    case product
    /// Foundation's JSONDecoder: into an array of rows, and no further.
    case foundation
    /// A copy of the bytes.
    case copy

    private static let pieceBytes = 1024

    private struct Reply: Decodable {
        struct Row: Decodable {
            var card: String
            var flag: String

            enum CodingKeys: String, CodingKey {
                case card = "card_no"
                case flag
            }
        }

        var version: String
        var list: [Row]
    }

    struct Cost {
        /// Of the processor, which other programs' turns do not lengthen.
        var nanoseconds: Double
        /// At the peak, over what the process took before.
        var bytes: Double
    }

    /// In this process. Prints what `cost` reads.
    func run(_ path: String) throws {
        let before = Memory.own.resident
        try Memory.own.forgetPeak()
        let duration: Double
        switch self {
        case .product: duration = try Self.processorTime { try readInPieces(path) }
        case .foundation:
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            duration = try Self.processorTime {
                guard try JSONDecoder().decode(Reply.self, from: data).list.count > 0 else { throw BenchmarkError("no rows") }
            }
        case .copy:
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            duration = Self.processorTime {
                keep(
                    [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, initialized in
                        bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
                        initialized = bytes.count
                    })
            }
        }
        say("\(duration) \(Memory.own.peakResident - before)")
    }

    /// In a process of its own.
    func cost(_ path: String) throws -> Cost {
        let output = Pipe()
        let process = try Workplace.start("/proc/self/exe", ["--decode", rawValue, path], output: output)
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        Workplace.wait(for: process)
        let values = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        guard values.count == 2 else { throw BenchmarkError("decoding by \(rawValue) failed") }
        return Cost(nanoseconds: values[0], bytes: values[1])
    }

    private static func processorTime(_ work: () throws -> Void) rethrows -> Double {
        let start = clock()
        try work()
        return Double(clock() - start) * 1e9 / Double(CLOCKS_PER_SEC)
    }

    private func readInPieces(_ path: String) throws {
        let file = try FileDescriptor.open(path, O_RDONLY)
        let format = WireFormat(baseURL: "http://127.0.0.1", deviceID: "BENCH", softwareVersion: 1)
        var decoder = ReplyDecoder(for: .fullCardList(token: "token", enterpriseID: nil), format: format)
        while case .bytes(let bytes) = file.read(atMost: 64 * Self.pieceBytes) {
            for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
                try decoder.feed(bytes.span.extracting(start..<min(start + Self.pieceBytes, bytes.count)))
            }
        }
        guard case .list(let reply) = try decoder.finish(), let entries = reply.entries else { throw BenchmarkError("no list") }
        var build = entries.build()
        guard let list = build.step(rows: .max), list.count == reply.entries?.count else { throw BenchmarkError("not all rows") }
    }
}

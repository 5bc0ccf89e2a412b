import Base
import JSON
import RecordFiles

@testable import BoxEngine

/// Files that a technician carries on a stick. The checksum would keep almost every invention out: what is read is a file of which the
/// lines are the fuzzer's, and the frame is right.
extension FuzzTarget {
    /// Records, as the box that takes another's place and the hub read them.
    static let collectionFile = FuzzTarget(name: "collection-file") { input in
        try requireNoCrash { _ = try CollectedRecords(input) }
        let file = recordFile(of: input)
        let collected = try CollectedRecords(file.bytes)
        try require(collected.count == file.records && collected.deviceID == "VLD1", "another file is read than was written")
        var understood = 0
        for index in 0..<collected.count {
            do throws(CarriedFileError) {
                let record = try collected.record(at: index)
                understood += 1
                guard Record(record.json) == record else { throw .damaged }
            } catch {
                let line = CarriedFile.lineNumber(of: index)
                try require(error == .notUnderstood(line: line), "the record on line \(line) is read anew as another: \(error)")
            }
        }
        let taken = try CollectionFile(file.bytes)
        if let records = try? taken.read(from: 0, limit: taken.records) {
            try require(
                records.taps.count + records.positions.count == collected.count && understood == collected.count,
                "not every record is taken over")
        }
        try requireSeal(file.bytes, at: input.count) { _ = try CollectedRecords($0) }
    }

    /// Another box's identity. Its first line is the head, the others are its files.
    static let identityFile = FuzzTarget(name: "identity-file") { input in
        try requireNoCrash { _ = try IdentityFile(input) }
        let lines = input.split(separator: UInt8(ascii: "\n")).compactMap { try? JSONValue(parsing: Array($0)) }
        guard var head = lines.first?.object else { return }
        (head["kind"], head["format"]) = ("identity", 1)
        let bytes = framed(head: .object(head), lines.dropFirst())
        guard let identity = try? IdentityFile(bytes) else { return }
        try require(try IdentityFile(identity.bytes) == identity, "written anew it is another identity")
        for name in identity.contents.map(\.name) + identity.recordFiles.map(\.name) {
            try require(
                !name.isEmpty && !name.hasPrefix(".") && !name.contains("/") && !name.utf8.contains(0),
                "\(name) leaves its folder")
        }
        try require(Set(identity.contents.map(\.name)).count == identity.contents.count, "a file is there twice")
        try requireSeal(bytes, at: input.count) { _ = try IdentityFile($0) }
    }

    /// The fuzzer's lines as the records of a collection.
    static func recordFile(of input: [UInt8]) -> RecordFile {
        var file = RecordFile(device: "VLD1", version: "1", time: WallTime(seconds: 0))
        for line in input.split(separator: UInt8(ascii: "\n")) {
            if let json = try? JSONValue(parsing: Array(line)) { file.append(json) }
        }
        file.finish()
        return file
    }

    private static func framed(head: JSONValue, _ lines: some Sequence<JSONValue>) -> [UInt8] {
        var bytes = head.bytes + [UInt8(ascii: "\n")]
        var count = 0
        for line in lines {
            bytes += line.bytes + [UInt8(ascii: "\n")]
            count += 1
        }
        let end: JSONValue = ["kind": "end", "records": .int(count), "xxh64": .string(CarriedFileWriter.checksum(of: bytes))]
        return bytes + end.bytes + [UInt8(ascii: "\n")]
    }

    private static func requireNoCrash(_ read: () throws -> Void) throws(BrokenProperty) {
        // Whether it is taken or refused is of no interest.
        try? read()
    }

    /// A byte that is missing or another one is noticed.
    private static func requireSeal(_ bytes: [UInt8], at place: Int, _ read: ([UInt8]) throws -> Void) throws(BrokenProperty) {
        var altered = bytes
        altered[place % bytes.count] ^= 1
        for damaged in [Array(bytes.dropLast()), altered] {
            var isRefused = false
            do { try read(damaged) } catch { isRefused = true }
            try require(isRefused, "a damaged file is taken: \(String(decoding: damaged, as: UTF8.self))")
        }
    }
}

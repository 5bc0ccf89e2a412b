import Foundation
import JSON
import Testing

private let folder = ProcessInfo.processInfo.environment["JSONTESTSUITE_DIR"]

/// The parsing cases of https://github.com/nst/JSONTestSuite, from the folder that JSONTESTSUITE_DIR names.
@Suite("JSONTestSuite", .enabled(if: folder != nil, "set JSONTESTSUITE_DIR to the folder of the cases"))
struct JSONTestSuiteTests {
    private static func cases(_ prefix: String) throws -> [(name: String, bytes: [UInt8])] {
        let folder = try #require(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(prefix) }
        return try names.sorted().map { name in
            (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))))
        }
    }

    private static func accepts(_ chunks: [[UInt8]]) -> Bool {
        (try? EventLog.of(chunks, .strict)) != nil
    }

    @Test("strict mode accepts what must be accepted")
    func accepted() throws {
        let cases = try Self.cases("y_")
        #expect(cases.count > 90)
        for (name, bytes) in cases { #expect(Self.accepts([bytes]), "\(name)") }
    }

    @Test("strict mode refuses what must be refused")
    func refused() throws {
        let cases = try Self.cases("n_")
        #expect(cases.count > 180)
        for (name, bytes) in cases { #expect(!Self.accepts([bytes]), "\(name)") }
    }

    @Test("a document fed byte by byte gives the same events or the same error as in one piece")
    func byteByByte() throws {
        for (name, bytes) in try Self.cases("") where bytes.count < 4096 {
            for rules in [JSONRules.strict, .lenient] {
                let whole = Result { () throws(JSONError) in try EventLog.of([bytes], rules) }
                let split = Result { () throws(JSONError) in try EventLog.of(bytes.map { [$0] }, rules) }
                #expect(whole == split, "\(name)")
            }
        }
    }

    @Test("what strict mode accepts, lenient mode reads alike")
    func lenientAgrees() throws {
        for (name, bytes) in try Self.cases("") {
            guard let strict = try? EventLog.of([bytes], .strict) else { continue }
            #expect(try EventLog.of([bytes], .lenient) == strict, "\(name)")
        }
    }

    @Test("what was read is written so that it reads the same")
    func roundTrip() throws {
        for (name, bytes) in try Self.cases("y_") {
            let value = try JSONValue(parsing: bytes)
            #expect(try JSONValue(parsing: value.bytes) == value, "\(name)")
        }
    }
}

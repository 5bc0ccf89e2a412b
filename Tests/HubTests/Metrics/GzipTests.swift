import Foundation
import Gzip
import OperatingSystem
import TestSupport
import Testing

@Suite("A text whose end was compressed once")
struct GzipTests {
    @Test(
        "is what gzip(1) and Python make plain again, whatever stands before it", arguments: [0, 1, 1000, 300_000],
        [0, 1, 300, 65535])
    func roundTrip(count: Int, headCount: Int) throws {
        let text = Array(
            (0..<count).map { "{\"card\":\"\(String($0 &* 2_654_435_761 % 1_000_003, radix: 16))\"}," }.joined().utf8)
        let head = (0..<headCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        var deflater = Deflater()
        for start in stride(from: 0, to: text.count, by: 70_001) {
            deflater.append(Array(text[start..<min(start + 70_001, text.count)]))
        }
        let tail = deflater.finish()
        let (before, behind) = tail.envelope(head: head)
        let stream = before + tail.pieces.flatMap(\.self) + behind
        #expect(stream.count == tail.byteCount(headCount: headCount))
        #expect(count < 1000 || tail.byteCount * 2 < text.count)
        let folder = TemporaryFolder()
        try Data(stream).write(to: URL(filePath: folder.path("text.gz")))
        let run = try ProgramRun(
            ["/usr/bin/gzip", "-dc", folder.path("text.gz")], timeLimit: .seconds(60), outputLimit: 1 << 24)
        #expect(run.ending == .exited(code: 0) && run.output == head + text)
        // As clients do that read one stream and no more.
        let single =
            "import sys, zlib; d = zlib.decompressobj(31); s = d.decompress(open(sys.argv[1], 'rb').read()); "
            + "assert d.eof and not d.unused_data; sys.stdout.buffer.write(s)"
        let other = try ProgramRun(
            ["/usr/bin/python3", "-c", single, folder.path("text.gz")], timeLimit: .seconds(60), outputLimit: 1 << 24)
        #expect(other.ending == .exited(code: 0) && other.output == head + text)
    }
}

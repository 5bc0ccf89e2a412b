import Base
import ScannerDecoders

extension FuzzTarget {
    /// A scanner on a serial line: codes do not depend on how they arrive, none holds a terminator, and codes that are sent are
    /// the codes that are told.
    ///
    /// The first byte says how codes end; then come reads with time between them.
    static let serialScanner = FuzzTarget(name: "serial-scanner") { input in
        let terminators: [[UInt8]] = [[0x0D], [0x0D, 0x0A], [0x0A], [], Array("#!".utf8), Array("aab".utf8)]
        let terminator = terminators[Int(input.first ?? 0) % terminators.count]
        typealias Line = ScannerLine<SerialLineDecoder>
        var line = Line(
            SerialLineDecoder(terminator: terminator, interCharacter: Line.pause, maximumLength: Line.maximumLength))
        var torn = line
        let reads = input.dropFirst().timedReads
        try line.play(reads)
        try torn.play(reads, isTorn: true)
        try require(line.outputs == torn.outputs, "\(torn.outputs) came of bytes cut up, \(line.outputs) of longer reads")
        for case .scan(let code) in line.outputs where !terminator.isEmpty && !statesLength(code) {
            try require(!code.contains(terminator), "a code with a terminator within: \(code)")
        }

        try line.wait(Line.pause)
        for code in input.split(separator: terminator.first ?? 0) {
            // A line feed behind a carriage return belongs to it.
            let code = terminator.last == 0x0D ? code.drop { $0 == 0x0A } : code
            guard !code.isEmpty else { continue }
            if statesLength(code) {
                // Its end is where it says, which may be in what follows.
                try line.take(code + terminator)
                try line.wait(Line.pause)
                continue
            }
            var told = try line.take(code + terminator)
            if terminator.isEmpty {
                let before = line.outputs.count
                try line.wait(Line.pause)
                told += line.outputs[before...]
            }
            if hasFrame(code) {
                // What of it is code is the frame's own test.
                try require(told.count <= 1, "\(Array(code)) is told as \(told)")
            } else if code.count <= Line.maximumLength {
                try require(told == [.scan(Array(code))], "\(Array(code)) is told as \(told)")
            } else {
                try require(told.count == 1 && told[0] != .scan(Array(code)), "a code that is too long is told as \(told)")
            }
        }
    }
}

/// Whether its length is what it says, and no terminator's matter.
private func statesLength(_ code: some Sequence<UInt8>) -> Bool {
    var bytes = Array(code)[...]
    if bytes.first == 0x02 { bytes = bytes.dropFirst() }
    if bytes.starts(with: "]Q".utf8) { bytes = bytes.dropFirst(3) }
    if bytes.first == UInt8(ascii: "\\") { bytes = bytes.dropFirst(7) }
    let head = Array(bytes.prefix(4))
    return head.count == 4 && head[0] >= 0x80 && head[1] == 1 && head[3] == 0x24
}

/// Whether it begins or ends as what scanners put around a code does.
private func hasFrame(_ code: some BidirectionalCollection<UInt8>) -> Bool {
    code.first == 0x02 || code.starts(with: "]Q".utf8) || code.first == UInt8(ascii: "\\")
        || code.last.map { [0x03, 0x09, 0x0A, 0x0D].contains($0) } ?? false
}

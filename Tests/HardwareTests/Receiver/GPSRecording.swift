import Foundation

/// What a receiver has sent, an epoch at a time: of one second, mostly.
struct GPSRecording {
    let epochs: [[UInt8]]

    /// Reads NMEA as well as binary recordings, in the form of gpsd's own: comments first.
    init(path: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var epochs: [[UInt8]] = []
        var epoch: [UInt8] = []
        var time: ArraySlice<UInt8>?
        var said: Set<ArraySlice<UInt8>> = []
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .drop(while: { $0.first == UInt8(ascii: "#") })
        {
            if let new = Self.time(line) {
                // A receiver that is stuck says the same once a second.
                if let time, !time.elementsEqual(new) || said.contains(line) {
                    epochs.append(epoch)
                    (epoch, said) = ([], [])
                }
                time = new
                said.insert(line)
            }
            epoch += line + [UInt8(ascii: "\n")]
            // Binary recordings have no lines to speak of.
            while epoch.count > 8192 {
                epochs.append(Array(epoch.prefix(512)))
                epoch.removeFirst(512)
            }
        }
        // The last byte of a recording is a line's end, or none.
        if bytes.last != UInt8(ascii: "\n") { epoch.removeLast() }
        self.epochs = (epochs + [epoch]).filter { !$0.isEmpty }
    }

    /// The time of day of a sentence that tells one.
    private static func time(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let fields = line.split(separator: UInt8(ascii: ","), maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, fields[0].count == 6, fields[0].first == UInt8(ascii: "$"),
            ["GGA", "RMC", "GNS", "ZDA"].contains(String(decoding: fields[0].suffix(3), as: UTF8.self))
        else { return nil }
        let time = fields[1].prefix(6)
        return time.count == 6 ? time : nil
    }
}

import HubDomain

extension FuzzTarget {
    /// The hub's reading of collected records: all of a file or nothing, and a mistake has its line.
    static let recordFile = FuzzTarget(name: "record-file") { input in
        _ = try? HubDomain.RecordFile(input)
        let file = recordFile(of: input)
        let read: HubDomain.RecordFile
        do throws(HubDomain.RecordFile.Mistake) {
            read = try HubDomain.RecordFile(file.bytes)
        } catch {
            return try require((2...file.records + 1).contains(error.line), "a mistake on line \(error.line): \(error.text)")
        }
        let count = read.uploads.count + read.places.count
        try require(count <= 2 * file.records, "\(count) uploads of \(file.records) records")
    }
}

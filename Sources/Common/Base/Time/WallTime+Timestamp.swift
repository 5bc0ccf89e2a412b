/// How files and the control socket write a moment: RFC 3339 in UTC with milliseconds, `2026-03-01T07:45:00.000Z`.
extension WallTime {
    public var timestamp: String {
        let civil = CivilTime(secondsSince1970: seconds)
        return "\(civil.date)T\(civil.timeOfDay).\((milliseconds - seconds * 1000).zeroPadded(to: 3))Z"
    }

    /// Reads what `timestamp` writes, and nothing else.
    public init?(timestamp: String) {
        func number(_ digits: some Sequence<UInt8>) -> Int {
            digits.reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
        }
        let text = Array(timestamp.utf8)
        let shape = Array("dddd-dd-ddTdd:dd:dd.dddZ".utf8)
        let isDigit = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard text.count == shape.count,
            zip(text, shape).allSatisfy({ $1 == UInt8(ascii: "d") ? isDigit.contains($0) : $0 == $1 }),
            let civil = CivilTime(
                year: number(text[0..<4]), month: number(text[5..<7]), day: number(text[8..<10]), hour: number(text[11..<13]),
                minute: number(text[14..<16]), second: number(text[17..<19]))
        else { return nil }
        self.init(milliseconds: civil.secondsSince1970 * 1000 + Int64(number(text[20..<23])))
    }
}

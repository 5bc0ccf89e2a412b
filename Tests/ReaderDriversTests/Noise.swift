import Base

extension SeededGenerator {
    /// As many bytes as a broken line might bring; half of them are `telling` ones, of which frames are made.
    mutating func noise(_ counts: ClosedRange<Int>, like telling: [UInt8]) -> [UInt8] {
        (0..<Int.random(in: counts, using: &self)).map { _ in
            let any = UInt8.random(in: 0...255, using: &self)
            return Bool.random(using: &self) ? any : telling.randomElement(using: &self) ?? any
        }
    }
}

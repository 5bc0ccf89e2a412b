import JSON

/// Which part of a query's result is wanted.
public struct Page: Hashable, Sendable {
    public static let sizes = 1...1000
    public static let defaultSize = 10

    /// Within `sizes`.
    public let size: Int
    /// From 1.
    public let number: Int

    public init(size: Int = defaultSize, number: Int = 1) throws(RequestFault) {
        guard Self.sizes.contains(size) else {
            let range = "\(Self.sizes.lowerBound) to \(Self.sizes.upperBound)"
            throw RequestFault(.pageOutOfRange, "pageSize \(size) is out of range; \(range)")
        }
        guard number >= 1 else { throw RequestFault(.pageOutOfRange, "pageNo \(number) is out of range; the first page is 1") }
        self.size = size
        self.number = number
    }

    /// The page's elements: none beyond the end.
    public func of<Element>(_ all: [Element]) -> ArraySlice<Element> {
        let (start, isBeyond) = (number - 1).multipliedReportingOverflow(by: size)
        return isBeyond ? [] : all.dropFirst(start).prefix(size)
    }
}

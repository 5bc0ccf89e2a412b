extension BinaryInteger {
    /// In decimal, with zeros in front up to `width` characters; a longer number is whole.
    public func zeroPadded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

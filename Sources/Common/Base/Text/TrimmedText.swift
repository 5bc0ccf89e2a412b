extension String {
    /// Without white space at its ends; a no-break space, which spreadsheets write, is some.
    public var trimmed: Substring { self[...].trimmed }
}

extension Substring {
    /// Without white space at its ends; a no-break space, which spreadsheets write, is some.
    public var trimmed: Substring {
        // Nearly always there is none, which takes no look into Unicode's tables.
        let seen: ClosedRange<UInt8> = 0x21...0x7E
        if let first = utf8.first, let last = utf8.last, seen.contains(first), seen.contains(last) { return self }
        let head = drop { $0.isWhitespace || $0 == "\0" }
        guard let last = head.lastIndex(where: { !$0.isWhitespace && $0 != "\0" }) else { return head[head.endIndex...] }
        return head[...last]
    }
}

extension StringProtocol {
    /// A card's number or a ticket as logs and reports may show it: four asterisks and the last four characters, of at most four
    /// characters the last one. An empty text is four asterisks.
    public var masked: String { "****" + suffix(count > 4 ? 4 : 1) }
}

/// What a card reader's protocol wants done.
public enum CardReaderOutput: Hashable, Sendable {
    case write([UInt8])
    /// A card has come into the field and was read.
    case card(uid: [UInt8])
    /// A card that was in the field already was read again. For read events only; never a tap.
    case sighting(uid: [UInt8])
    /// A card was found, but could not be read. Counted, not told; it is tried again while it is there.
    case unreadable
    /// The device answers as it should; what it calls itself.
    case ready(String)
    /// A command failed, was broken off, and is sent once more. Counted, not told.
    case aborted
    /// The device does not answer as it should, and why; the machine wakes it and sets it up anew.
    case recovering(reason: String)
    /// Nothing helped: close the port, and open it anew after a pause.
    case reopen(reason: String)
}

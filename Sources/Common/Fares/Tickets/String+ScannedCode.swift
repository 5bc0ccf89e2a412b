extension String {
    /// The text of a scanned code; nil of a binary one.
    ///
    /// A code is text where its bytes are UTF-8, whatever characters they are, and binary else. By that it goes up as it is or as
    /// `tickets.binary_as` says, and so it stands in records, logs and listings, and in what `validatorctl ticket` tells.
    public init?(scannedCode payload: some Collection<UInt8>) { self.init(validating: payload, as: UTF8.self) }
}

/// The number of a reader or a scanner: its place in the configuration, readers first, then scanners.
public typealias SourceIndex = Int

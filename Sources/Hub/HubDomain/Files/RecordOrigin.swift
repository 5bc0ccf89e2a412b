/// What is known of who wrote a file of records.
public enum RecordOrigin: Hashable, Sendable {
    /// The box that it names, by a secret of its own.
    case device
    /// A box of the fleet, by the secret that all of them know.
    case fleet
    /// Whoever had the stick: nothing proves that it was the box.
    case unproved
}

/// What the outbox holds (`kind`).
public enum RecordKind: String, CaseIterable, Sendable { case taps, positions }

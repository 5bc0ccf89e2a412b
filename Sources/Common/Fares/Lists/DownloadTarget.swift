/// Lists that a technician can have fetched by hand (`validatorctl sync`).
public enum DownloadTarget: String, CaseIterable, Sendable { case cards, line, keys }

import ControlProtocol

/// What `validatorctl outbox collect` has written.
struct CollectionReport: ControlValue {
    struct File: ControlValue {
        var path = ""
        var records = 0

        init() {}

        init(path: String, records: Int) {
            (self.path, self.records) = (path, records)
        }

        mutating func members(_ member: inout ControlMembers) {
            member("file", &path)
            member("records", required: &records)
        }
    }

    /// Empty when there was nothing to collect.
    var files: [File] = []

    mutating func members(_ member: inout ControlMembers) {
        member("files", &files)
    }
}

import ControlProtocol

/// What `validatorctl handover` has done.
struct HandoverReport: ControlValue {
    var deviceID = ""
    /// Where the identity is; nil of a handover that was undone.
    var file: String?
    /// How many records are beside it.
    var records: Int?

    init() {}

    init(deviceID: String, file: String? = nil, records: Int? = nil) {
        (self.deviceID, self.file, self.records) = (deviceID, file, records)
    }

    mutating func members(_ member: inout ControlMembers) {
        member("device_id", &deviceID)
        member("file", ifPresent: &file)
        member("records", ifPresent: &records)
    }
}

import ControlProtocol

/// What `validatorctl takeover` has done.
struct TakeoverReport: ControlValue {
    /// What this box is now.
    var deviceID = ""
    /// Of the former box, to be uploaded.
    var records = 0
    /// validatord starts anew by itself.
    var restarts = false

    mutating func members(_ member: inout ControlMembers) {
        member("device_id", &deviceID)
        member("records", required: &records)
        member("restarts", &restarts)
    }
}

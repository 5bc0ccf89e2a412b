import ControlProtocol

/// What `validatorctl enrol` has done.
struct EnrolmentReport: ControlValue {
    var deviceID = ""
    /// `platform.base_url` and `management.url` from now on.
    var baseURL = ""
    var managementURL = ""
    /// validatord starts anew by itself.
    var restarts = false

    mutating func members(_ member: inout ControlMembers) {
        member("device_id", &deviceID)
        member("base_url", &baseURL)
        member("url", &managementURL)
        member("restarts", &restarts)
    }
}

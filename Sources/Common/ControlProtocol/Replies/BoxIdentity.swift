/// What makes this box the one that the platform knows, for whoever hands it over to another.
public struct BoxIdentity: ControlValue {
    /// Of a box whose configuration names none.
    public static let usualStateFolder = "/var/lib/validator"

    public var deviceID = ""
    public var version = ""
    public var configurationFile = ""
    public var stateFolder = ""
    /// What the configuration names: secrets, tokens, certificates.
    public var files: [String] = []

    public init() {}

    public init(deviceID: String, version: String, configurationFile: String, stateFolder: String, files: [String]) {
        (self.deviceID, self.version) = (deviceID, version)
        (self.configurationFile, self.stateFolder, self.files) = (configurationFile, stateFolder, files)
    }

    public mutating func members(_ member: inout ControlMembers) {
        member("device_id", required: &deviceID)
        member("version", required: &version)
        member("configuration_file", required: &configurationFile)
        member("state_dir", required: &stateFolder)
        member("files", required: &files)
    }
}

import JSON

/// What makes this box the one that the platform knows, for whoever hands it over to another.
nonisolated struct BoxIdentity: Hashable, Sendable {
    var deviceID: String
    var version: String
    var configurationFile: String
    var stateFolder: String
    /// What the configuration names: secrets, tokens, certificates.
    var files: [String]

    var json: JSONValue {
        [
            "device_id": .string(deviceID), "version": .string(version), "configuration_file": .string(configurationFile),
            "state_dir": .string(stateFolder), "files": .array(files.map { .string($0) }),
        ]
    }
}

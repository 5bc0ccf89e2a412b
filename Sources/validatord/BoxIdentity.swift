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

/// Asks that this box serve no more, since all that it is and has lies on a technician's stick.
nonisolated struct HandoverRequest: Hashable, Sendable {
    /// The identity's file on the stick, and its checksum.
    var file: String
    var checksum: String
    /// The rows of the last tap and the last position that are on the stick; 0: none is.
    var lastTap: Int64
    var lastPosition: Int64
}

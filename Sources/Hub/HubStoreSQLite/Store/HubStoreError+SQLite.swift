import HubStore
import SQLite

extension HubStoreError {
    /// What `body` returns; its errors of the storage are told as errors of the hub's store.
    static func telling<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as StorageError {
            throw HubStoreError(error)
        }
    }

    init(_ error: StorageError) {
        let kind: Kind =
            switch error.kind {
            case .full: .full
            case .damaged: .damaged
            case .readOnly: .readOnly
            case .unopenable: .unopenable
            case .inputOutput: .inputOutput
            case .busy: .unavailable
            case .newerSchema: .newerSchema
            case .miscounted, .other: .rejected
            }
        guard error.kind != .damaged else {
            self.init(kind, error.what, nextStep: "restore a backup, or move the file away to begin anew")
            return
        }
        var codes: [String] = []
        if error.extendedCode != 0 { codes.append("SQLite \(error.extendedCode)") }
        if error.systemError != 0 { codes.append("errno \(error.systemError)") }
        self.init(
            kind, codes.isEmpty ? error.what : "\(error.what) (\(codes.joined(separator: ", ")))",
            nextStep: Self.nextStep(kind) ?? error.nextStep)
    }

    /// On a server, where it is another one than on a box.
    private static func nextStep(_ kind: Kind) -> String? {
        switch kind {
        case .readOnly:
            """
            the service may write below /var/lib/validator-hub alone (another folder: ReadWritePaths= by systemctl edit validator-hub); else the \
            file system is mounted read-only (findmnt), after an error of its disk as dmesg tells, or the file belongs to another user
            """
        case .unavailable:
            "another program holds the database for longer than ten seconds (fuser names it); it is tried again by itself"
        case .inputOutput: "the disk is failing: see dmesg, and restore a backup on another one"
        case .unopenable: "see that its folder exists and belongs to the service's user"
        default: nil
        }
    }
}

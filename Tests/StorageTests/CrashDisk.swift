import CCrashVFS
import SQLite
import Storage

/// A disk in memory under a name of its own, so that tests run in parallel.
@safe struct CrashDisk: ~Copyable {
    enum Fault {
        case inputOutput, full, powerCut

        fileprivate var code: crash_fault {
            switch self {
            case .inputOutput: crash_input_output
            case .full: crash_full
            case .powerCut: crash_power_cut
            }
        }
    }

    private let handle: OpaquePointer
    let name: String

    init(_ name: String, seed: UInt64) {
        unsafe handle = crash_disk_create(name, seed)
        self.name = name
    }

    /// A disk with the durable contents of another.
    init(_ name: String, seed: UInt64, copying other: borrowing CrashDisk) {
        unsafe handle = crash_disk_copy(other.handle, name, seed)
        self.name = name
    }

    deinit { unsafe crash_disk_destroy(handle) }

    /// - Parameter call: which call from now on, the next being 1.
    func fail(_ fault: Fault, atCall call: Int, stays: Bool = false) {
        unsafe crash_disk_fail(handle, fault.code, call, stays)
    }

    func heal() { unsafe crash_disk_heal(handle) }
    var hasFailed: Bool { unsafe crash_disk_has_failed(handle) }
    func restart() { unsafe crash_disk_restart(handle) }

    func openOutbox(positions: Int = 50) throws(StorageError) -> Outbox {
        try Outbox(path: "outbox.db", limits: .small(positions: positions), vfs: name)
    }
}

import CCrashVFS

/// The disk under the outbox: in memory, and at a power cut it loses or tears whatever was not synced.
@safe final class SimulatedDisk {
    private let handle: OpaquePointer
    /// The SQLite file system that it is registered as; unique in the process.
    let name: String
    private(set) var isCutOrdered = false

    init(name: String, seed: UInt64) {
        unsafe handle = crash_disk_create(name, seed)
        self.name = name
    }

    private init(durablePartOf other: SimulatedDisk, name: String) {
        unsafe handle = crash_disk_copy(other.handle, name, 0)
        self.name = name
    }

    /// No outbox may be open on it.
    deinit { unsafe crash_disk_destroy(handle) }

    /// The power goes during the call number `call` from now on, the next being 1.
    func cutPower(atCall call: Int) {
        isCutOrdered = true
        unsafe crash_disk_fail(handle, crash_power_cut, call, true)
    }

    /// True once the power has gone.
    var isOff: Bool { unsafe crash_disk_has_failed(handle) && isCutOrdered }

    func restart() {
        isCutOrdered = false
        unsafe crash_disk_restart(handle)
    }

    /// Writes that make a file longer fail from now on.
    func fillUp() { unsafe crash_disk_fail(handle, crash_full, 1, true) }

    /// The call number `call` from now on fails.
    func failOnce(atCall call: Int) { unsafe crash_disk_fail(handle, crash_input_output, call, false) }

    func heal() { unsafe crash_disk_heal(handle) }

    /// Syncs do nothing and say that they did.
    var lies: Bool = false {
        didSet { unsafe crash_disk_lie(handle, lies) }
    }

    /// True when a power cut could take something of that file.
    func hasUnsynced(_ file: String) -> Bool { unsafe crash_disk_has_unsynced(handle, file) }

    /// The kernel writes everything out, as it does before an orderly end.
    func writeOut() { unsafe crash_disk_write_out(handle) }

    /// What would be there if the power went now and everything unsynced were lost.
    func durablePart() -> SimulatedDisk { SimulatedDisk(durablePartOf: self, name: name + "-cut") }
}

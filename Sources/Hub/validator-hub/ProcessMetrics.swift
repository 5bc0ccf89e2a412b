import Glibc
import HubMetrics
import OperatingSystem

/// What the process takes of the machine, under the names that Prometheus' own libraries use.
enum ProcessMetrics {
    static func register(in registry: MetricRegistry, database path: String) {
        registry.reading("process_resident_memory_bytes", "Resident memory.") {
            ProcessMemory.residentKilobytes().map { Double($0 * 1024) }
        }
        registry.reading("process_cpu_seconds_total", "Processor time of user and system.", .counter) { processorSeconds() }
        let start = Double(Clocks.now().system.seconds)
        registry.reading("process_start_time_seconds", "When the process began, as Unix time.") { start }
        registry.reading("validator_hub_database_bytes", "Size of the database's file.") { size(path) }
        registry.reading("validator_hub_database_log_bytes", "Size of the database's write-ahead log.") {
            size(path + "-wal") ?? 0
        }
        registry.reading("validator_hub_free_space_bytes", "Free space in the database's folder.") {
            freeBytes(path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./")
        }
    }

    private static func processorSeconds() -> Double? {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    private static func size(_ file: String) -> Double? {
        var status = stat()
        return unsafe stat(file, &status) == 0 ? Double(status.st_size) : nil
    }

    private static func freeBytes(_ folder: String) -> Double? {
        var system = statvfs()
        return unsafe statvfs(folder, &system) == 0 ? Double(system.f_bavail) * Double(system.f_frsize) : nil
    }
}

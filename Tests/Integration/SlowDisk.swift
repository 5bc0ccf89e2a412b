import Foundation
import TestSupport

/// A disk that takes its time for each sync: a library that is loaded before libc and waits in fsync and fdatasync.
enum SlowDisk {
    /// What goes before a program's command line.
    static func environment(syncMilliseconds: Int, in folder: URL) throws -> String {
        let source = folder.appending(path: "slow-disk.c")
        let text = """
            #define _GNU_SOURCE
            #include <time.h>
            #include <unistd.h>
            #include <sys/syscall.h>
            static int late(long call, int descriptor) {
                struct timespec rest = {.tv_sec = \(syncMilliseconds / 1000), .tv_nsec = \(syncMilliseconds % 1000) * 1000000L};
                while (nanosleep(&rest, &rest) != 0) {}
                return (int)syscall(call, descriptor);
            }
            int fsync(int descriptor) { return late(SYS_fsync, descriptor); }
            int fdatasync(int descriptor) { return late(SYS_fdatasync, descriptor); }
            """
        try Data(text.utf8).write(to: source)
        let library = folder.appending(path: "slow-disk.so").path
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["clang", "-shared", "-fPIC", "-o", library, source.path]
        try compiler.run()
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
        return "LD_PRELOAD=\(library)"
    }
}

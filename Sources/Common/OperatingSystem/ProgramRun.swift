import Base
import CLinux
import Glibc

/// A program that was run to its end while the caller waited, without a shell: for tools, not for a loop that serves riders. It read
/// nothing, and had default signals whatever the caller's are.
public struct ProgramRun: Hashable, Sendable {
    public enum Ending: Hashable, Sendable {
        case exited(code: Int32)
        case killed(signal: Int32)
        /// It was ended at its time limit.
        case timedOut
    }

    public let ending: Ending
    /// The beginning of what it wrote to its standard output and its standard error, as it came.
    public let output: [UInt8]

    /// - Parameters:
    ///   - arguments: the first is the program's path.
    ///   - timeLimit: at which the program is killed.
    ///   - outputLimit: in bytes; what is beyond is read and forgotten.
    /// - Throws: when it cannot be started.
    public init(_ arguments: [String], timeLimit: Duration, outputLimit: Int) throws(SystemError) {
        precondition(!arguments.isEmpty, "no program")
        var ends: (reading: Int32, writing: Int32) = (-1, -1)
        let code = unsafe clinux_pipe(&ends.reading, &ends.writing)
        guard code == 0 else { throw SystemError(code: code, what: "make a pipe for \(arguments[0])") }
        let reading = FileDescriptor(owning: ends.reading)
        let process = try Self.start(arguments, writingTo: FileDescriptor(owning: ends.writing))

        let deadline = Clocks.now().instant + timeLimit
        var output: [UInt8] = []
        var (isWriting, isTimedOut, hasEnded) = (true, false, false)
        while !hasEnded {
            let rest = deadline - Clocks.now().instant
            if rest <= .zero, !isTimedOut {
                isTimedOut = true
                clinux_process_kill(process.raw)
            }
            // poll(2) passes over a negative descriptor.
            var watched = [
                pollfd(fd: process.raw, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isWriting ? reading.raw : -1, events: Int16(POLLIN), revents: 0),
            ]
            // A program that was killed ends at once, and with it the waiting.
            _ = unsafe poll(&watched, nfds_t(watched.count), isTimedOut ? -1 : Int32(clamping: rest.wholeMilliseconds + 1))
            if watched[1].revents != 0 { isWriting = Self.receive(from: reading, into: &output, limit: outputLimit) }
            hasEnded = watched[0].revents != 0
        }
        // What it wrote last; a program of its own that outlives it is not waited for.
        _ = Self.receive(from: reading, into: &output, limit: outputLimit)
        let status = clinux_process_reap(process.raw)
        ending = isTimedOut ? .timedOut : status < 0 ? .killed(signal: -status) : .exited(code: status)
        self.output = output
    }

    /// The process's pidfd, which becomes readable when it has ended. The writing end is closed here: only the program's own copies
    /// keep the pipe open.
    private static func start(
        _ arguments: [String], writingTo pipe: consuming FileDescriptor
    ) throws(SystemError) -> FileDescriptor {
        var strings = unsafe arguments.map { unsafe strdup($0) }
        defer { unsafe strings.forEach { unsafe free($0) } }
        unsafe strings.append(nil)
        let process = unsafe clinux_spawn(strings, pipe.raw, pipe.raw)
        guard process >= 0 else { throw SystemError(code: -process, what: "start \(arguments[0])") }
        return FileDescriptor(owning: process)
    }

    /// False when nothing more will come.
    private static func receive(from pipe: borrowing FileDescriptor, into output: inout [UInt8], limit: Int) -> Bool {
        while true {
            switch pipe.read(atMost: 64 * 1024) {
            case .bytes(let bytes): output += bytes.prefix(limit - output.count)
            case .wouldBlock: return true
            case .ended, .failed: return false
            }
        }
    }
}

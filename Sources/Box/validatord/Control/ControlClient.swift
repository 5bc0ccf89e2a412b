import ControlProtocol
import Kernel
import OperatingSystem

/// One client of the control socket: its request lines, and the replies that it has not read yet.
final class ControlClient {
    enum State {
        /// Read from it when it sends something.
        case open
        /// The replies that are left are its last.
        case closing
        case closed
    }

    let descriptor: FileDescriptor
    let peer: ControlPeer
    private(set) var state = State.open
    private var input: [UInt8] = []
    private var output: [UInt8] = []

    init(_ descriptor: consuming FileDescriptor) {
        self.descriptor = descriptor
        peer = ControlPeer(self.descriptor.raw)
    }

    /// What the client is to be watched for next.
    var interest: InnerEpoll.Readiness {
        // A waiting line is served in a turn of its own, for which readiness to write is the reason.
        let isReading: InnerEpoll.Readiness = state == .open ? .read : []
        return output.isEmpty && !hasLine ? isReading : isReading.union(.write)
    }

    /// One turn: reads, has at most one request answered by `respond`, and writes, each only as far as it goes at once.
    func advance(_ readiness: InnerEpoll.Readiness, respond: ([UInt8], ControlPeer) -> [UInt8]) {
        if readiness.contains(.read), state == .open, !hasLine { receive() }
        if state != .closed, let line = takeLine() { output += respond(line, peer) }
        if !output.isEmpty { send() }
        if output.count > ControlServer.maximumOutput { state = .closed }
        if readiness.contains(.failure) || (state == .closing && output.isEmpty && !hasLine) { state = .closed }
    }

    private var hasLine: Bool { input.contains(UInt8(ascii: "\n")) }

    private func receive() {
        switch descriptor.read(atMost: 16 * 1024) {
        case .bytes(let bytes):
            input += bytes
            let lineLength = input.firstIndex(of: UInt8(ascii: "\n")) ?? input.count
            guard lineLength > ControlServer.maximumRequest else { return }
            input = []
            let mistake = "a request is one line of at most \(ControlServer.maximumRequest) bytes"
            output += ControlAnswer.failure(ControlError(.badRequest, mistake)).line
            state = .closing
        case .ended:
            // A last line may lack its newline: `printf '{"command":"gps"}' | nc -NU …`.
            if !input.isEmpty { input.append(UInt8(ascii: "\n")) }
            state = .closing
        case .wouldBlock:
            break
        case .failed:
            state = .closed
        }
    }

    private func takeLine() -> [UInt8]? {
        // Empty lines all at once: one by one, a client that sends thousands would hold up the loop.
        let start = input.firstIndex { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") } ?? input.endIndex
        input.removeSubrange(..<start)
        guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        var line = Array(input[..<end])
        input.removeSubrange(...end)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    private func send() {
        switch descriptor.write(output.span) {
        case .written(let count): output.removeSubrange(..<count)
        case .wouldBlock: break
        case .failed: state = .closed
        }
    }
}

import Base
import Kernel
import OperatingSystem

/// One client of a `WebSocketServer`: its socket, what it has sent of a request or a message, and what it has still to read.
@MainActor final class Connection {
    enum Phase {
        /// Its request is not complete.
        case handshake
        case open
        /// Nothing more is queued for it, and what it sends is thrown away.
        case closing
    }

    enum Flush {
        /// All is written.
        case done
        /// The rest has to wait for another turn.
        case more
        /// The client does not read.
        case blocked
        case failed
    }

    /// Bytes read in a turn: what a TLS record holds at most.
    private static let readSize = 16 * 1024
    /// Bytes written in a turn, about.
    private static let writeSize = 64 * 1024

    let id: ConnectionID
    /// Who it is, as far as addresses tell.
    let peer: UInt64
    var phase = Phase.handshake
    /// When it is cut, if nothing happens before.
    var deadline: Instant?
    /// Read, and not handled yet. Until they are, nothing more is read.
    var unhandled: ArraySlice<MessageReceiver.Event> = []
    /// In the list of those that have something to write.
    var isScheduled = false
    /// Waits for the client to read; until then it is in no list.
    var isBlocked = false
    var socket: ClientSocket
    var parser = UpgradeParser()
    var receiver: MessageReceiver
    var output = OutputQueue()
    /// Its part in the server's sum of all queues.
    var countedOutput = 0
    private var hasFinishedSending = false

    init(_ id: ConnectionID, socket: consuming ClientSocket, sizeLimit: Int) {
        self.id = id
        peer = socket.peer
        self.socket = socket
        receiver = MessageReceiver(sizeLimit: sizeLimit)
    }

    /// What its descriptor is to be watched for.
    var interest: InnerEpoll.Readiness {
        let reading = unhandled.isEmpty ? socket.readInterest : []
        return isBlocked ? reading.union(.write) : reading
    }

    func read() -> ReadResult { socket.read(atMost: Self.readSize) }

    /// Writes what goes at once; after the last bytes of a connection that closes, ends its stream.
    func flush() -> Flush {
        var budget = Self.writeSize
        while !output.isEmpty {
            guard budget > 0 else { return .more }
            switch output.withNext({ socket.write($0) }) {
            case .written(let count):
                output.remove(count)
                budget -= count
            case .wouldBlock: return .blocked
            case .failed: return .failed
            }
        }
        if phase == .closing, !hasFinishedSending {
            hasFinishedSending = true
            socket.finishSending()
        }
        return .done
    }
}

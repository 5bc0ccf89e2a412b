import Base
import BoxConfiguration
import ControlProtocol
import Cryptography
import Dispatch
import OperatingSystem
import RecordFiles
import SQLite
import Storage

/// Another box takes this one's place.
extension Daemon {
    func identity() throws(ControlError) -> BoxIdentity {
        let path = configurationPath
        let (present, files): (Configuration, [String])
        do {
            (present, files) = (try Configuration(path: path), try Configuration.filesNamed(in: path))
        } catch {
            throw ControlError(.refused, "\(error)")
        }
        guard present == configuration else {
            throw ControlError(
                .refused,
                """
                \(path) or a file that it names has changed since validatord read it: restart validatord first, so that what is \
                handed over is what works
                """)
        }
        return BoxIdentity(
            deviceID: configuration.device.id, version: Release.text, configurationFile: path,
            stateFolder: configuration.device.stateFolder, files: files)
    }

    func carriage(digest: String?) -> CarriageReply {
        let tokenSecret = configuration.platform.token.secret
        let secret = Array((tokenSecret.isEmpty ? platform?.authorization ?? "" : tokenSecret).utf8)
        let code = digest.flatMap { Base.bytes(ofHexadecimal: $0) }.flatMap { digest in
            secret.isEmpty ? nil : FileAuthenticator(secret: secret).code(of: digest)
        }
        return CarriageReply(
            hubKey: configuration.collection.hubKey?.text, authentication: code.map { hexadecimal($0) },
            stateFolder: configuration.device.stateFolder)
    }

    func handOver(_ request: HandoverRequest) throws(ControlError) -> Bool {
        let isAllOnStick = try reading { outbox throws(StorageError) in
            let hasTaps = try !outbox.unfinishedTaps(after: request.lastTap, limit: 1).isEmpty
            let hasPositions = try !outbox.storedPositions(after: request.lastPosition, limit: 1).isEmpty
            return !hasTaps && !hasPositions
        }
        guard isAllOnStick, box?.hasTaps == false else { return false }
        let mark = HandoverNote(
            deviceID: configuration.device.id, time: Clocks.now().system, file: request.file, checksum: request.checksum)
        do {
            try HandoverMark.set(mark, in: configuration.device.stateFolder)
        } catch {
            throw ControlError(.failed, "\(error)")
        }
        note(Notice(.warning, "this box's identity was handed over to another (\(request.file)); validatord serves no more"))
        retire()
        // In a turn of its own, when the reply is out.
        DispatchQueue.main.async { self.stop(exitCode: Program.handedOver) }
        return true
    }
}

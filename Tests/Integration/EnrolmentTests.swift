import Foundation
import Testing

@Suite("A box and a hub that is closed to strangers", .timeLimit(.minutes(5)))
struct EnrolmentTests {
    @Test("a new secret in the box's file is in force with SIGHUP, without a restart")
    func reload() async throws {
        let bus = try await Bus(isClosed: true)
        let code = try await bus.enrolmentCode()
        // As somebody calls it who stands in the folder: the daemon does not.
        let enrol = "${BIN}/validatorctl enrol http://127.0.0.1:\(bus.hubPort)/manage/v1 \(code) --config validatord.toml"
        try await bus.playAlone(
            """
            start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
            until 60s sh -c "cd ${DIR} && \(enrol) --socket ${DIR}/control.sock"
            start validatord ${BIN}/validatord --config ${DIR}/validatord.toml
            until 60s ${BOX} ${DIR}/control.sock "platform.state == 'online' and lists.cards.count == 2"
            run ${BIN}/validator-hub set-secret TEST01 --secret-file ${DIR}/new.secret --config ${DIR}/hub.toml
            until 60s ${BOX} ${DIR}/control.sock "platform.state == 'offline' and '401' in platform.last_error"
            run cp ${DIR}/new.secret ${DIR}/platform.authorization
            run sh -c "kill -HUP $(cat ${DIR}/validatord.pid)"
            until 60s ${BOX} ${DIR}/control.sock "platform.state == 'online'"
            tap reader0 \(Bus.goodCard) green
            \(Bus.settle)
            """)
        #expect(!(try await bus.records(of: Bus.goodCard)).isEmpty)
        let configuration = try String(contentsOf: bus.folder.appending(path: "validatord.toml"), encoding: .utf8)
        #expect(configuration.contains("authorization_file = \"/"))
        let log = try String(contentsOf: bus.folder.appending(path: "validatord.log"), encoding: .utf8)
        #expect(log.contains("platform.authorization_file: the new secret is in force"))
    }

    @Test("without a secret the box's records wait at the box, and go out when it has one from the hub")
    func enrol() async throws {
        let bus = try await Bus(isClosed: true)
        let code = try await bus.enrolmentCode()
        let enrol = """
            ${BIN}/validatorctl enrol http://127.0.0.1:\(bus.hubPort)/manage/v1 \(code) --config ${DIR}/validatord.toml \
            --socket ${DIR}/control.sock
            """
        try await bus.playAlone(
            """
            start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
            start validatord ${BIN}/validatord --config ${DIR}/validatord.toml
            until 60s ${BOX} ${DIR}/control.sock "platform.state == 'offline' and '401' in platform.last_error"
            tap reader0 \(Bus.goodCard) any
            wait 3s
            until 5s ${BOX} ${DIR}/control.sock "outbox.records > 0 and outbox.refused == 0"
            stop validatord
            run \(enrol)
            start validatord
            until 60s ${BOX} ${DIR}/control.sock "platform.authorised and lists.cards.count == 2 and lists.keys.ids"
            \(Bus.settle)
            tap reader0 \(Bus.blockedCard) red
            \(Bus.settle)
            """)
        #expect(!(try await bus.records(of: Bus.goodCard)).isEmpty)
        #expect(!(try await bus.records(of: Bus.blockedCard)).isEmpty)
        // Nobody else gets anything for the code.
        let again = try await Programs.run(
            "validatorctl",
            [
                "enrol", "http://127.0.0.1:\(bus.hubPort)/manage/v1", code, "--config", bus.path("validatord.toml"), "--socket",
                bus.path("control.sock"),
            ], log: bus.folder.appending(path: "again.log"))
        #expect(again.status == 69, "the hub has ended with the scenario: \(again.output)")
        let secret = try String(contentsOf: bus.folder.appending(path: "platform.authorization"), encoding: .utf8)
            .trimmingCharacters(in: .newlines)
        for log in ["validatord.log", "hub.log"] {
            let text = try String(contentsOf: bus.folder.appending(path: log), encoding: .utf8)
            #expect(!text.contains(secret) && !text.contains(code), "\(log)")
        }
    }
}

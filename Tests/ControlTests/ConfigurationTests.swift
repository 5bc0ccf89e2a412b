import Base
import BoxConfiguration
import Glibc
import Testing
import ValidatorCore

@testable import TomlConfiguration
@testable import validatord

@Suite("validatord's configuration")
struct ConfigurationTests {
    @Test("a file with the two required keys has every default")
    func defaults() throws {
        let full = try Configuration(text: documented, path: "validator.toml")
        let minimal = try Configuration(text: required, path: "validator.toml")
        #expect(full == minimal)
        #expect(full.device.id == "VLD0001")
        #expect(full.platform.baseURL == "https://platform.example/hw")
        #expect(full.readers.map(\.device) == ["/dev/validator/reader0"])
        #expect(full.scanners.map(\.device) == ["/dev/validator/scanner0"])
        #expect(full.log.level == .info)
        #expect(full.indicators.signalTime == .milliseconds(800))
        #expect(full.outbox.maximumRecords == 200_000)
    }

    @Test("the configuration that the package installs says nothing but the defaults")
    func packaged() throws {
        let path = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/board/validator.toml"
        let packaged = try Configuration(text: String(decoding: ConfigurationFile.read(path), as: UTF8.self), path: path)
        #expect(packaged == (try Configuration(text: required, path: "validator.toml")))
    }

    @Test("every key reaches the configuration", arguments: changes)
    func eachKey(change: Change) throws {
        let text = documented.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix(change.from) ? Substring(change.to) : line
        }.joined(separator: "\n")
        #expect(text != documented, "\(change.from) is not a line of the documented configuration")
        #expect(try Configuration(text: text, path: "validator.toml") != Configuration(text: documented, path: "validator.toml"))
    }

    @Test("an empty array of readers or scanners stands for none")
    func none() throws {
        let configuration = try Configuration(text: "reader = []\nscanner = []\n" + required, path: "validator.toml")
        #expect(configuration.readers.isEmpty)
        #expect(configuration.scanners.isEmpty)
    }

    @Test("the core's policy is what the configuration says, and its defaults are the same")
    func policy() throws {
        let boot = UniqueID(high: 1, low: 2)
        let buildDate = WallTime(seconds: 1_700_000_000)
        let policy = try Configuration(text: required, path: "").policy(boot: boot, buildDate: buildDate)
        let plain = Policy(boot: boot, buildDate: buildDate)
        #expect(policy.sources.map(\.id) == ["0a3e46ca01ea43bd941ddcbec693e1c6", "c2423f11d47245038e7fa3527b3b3c02"])
        #expect(policy.boot == boot && policy.buildDate == buildDate)
        #expect(policy.requestTimeout == plain.requestTimeout && policy.onlineTimeout == plain.onlineTimeout)
        #expect(policy.listTimeout == plain.listTimeout)
        #expect(policy.unlisted == plain.unlisted && policy.checkWindow == plain.checkWindow)
        #expect(policy.checkWindowMaximumAge == plain.checkWindowMaximumAge)
        #expect(policy.latePositions == plain.latePositions && policy.offlineUploads == plain.offlineUploads)
        #expect(policy.reportInterval == plain.reportInterval && policy.tickets.skew == plain.tickets.skew)
        #expect(policy.maximumRecords == plain.maximumRecords && policy.concurrency == plain.concurrency)
        #expect(policy.maximumRefusals == plain.maximumRefusals && policy.maximumBackoff == plain.maximumBackoff)
        #expect(policy.fallbackCodes.isEmpty && policy.acceptedCodes.isEmpty && policy.finalCodes.isEmpty)
        #expect(policy.tickets == plain.tickets && policy.unknownTickets == plain.unknownTickets)
    }

    @Test("an observing reader decides nothing")
    func observer() throws {
        let text = required + "[[reader]]\nrole = \"observe\"\ncard_number = \"decimal8\"\nrepeat_interval_ms = 5\n"
        let policy = try Configuration(text: text, path: "").policy(
            boot: UniqueID(high: 0, low: 0), buildDate: WallTime(seconds: 0))
        #expect(policy.sources.first?.decides == false)
        #expect(policy.sources.first?.repeatInterval == .milliseconds(5))
        guard case .reader(.decimal8) = policy.sources.first?.kind else {
            Issue.record("not a decimal8 reader")
            return
        }
    }
}

/// A line of the documented configuration, by its beginning, and what stands there instead.
nonisolated struct Change: Sendable, CustomTestStringConvertible {
    var from: String
    var to: String
    var testDescription: String { to }
}

nonisolated private let changes: [Change] = [
    (#"id = "VLD"#, #"id = "OTHER""#),
    (#"state_dir"#, #"state_dir = "/x""#),
    (#"control_socket"#, #"control_socket = "/x""#),
    (#"base_url"#, #"base_url = "http://[::1]:8080""#),
    (#"body"#, #"body = "form""#),
    (#"time_zone"#, #"time_zone = "UTC""#),
    (#"time_format"#, #"time_format = "compact""#),
    (#"coordinates"#, #"coordinates = "bd09""#),
    (#"timeout_ms"#, #"timeout_ms = 6000"#),
    (#"list_timeout_ms"#, #"list_timeout_ms = 7000"#),
    (#"stall_ms"#, #"stall_ms = 6000"#),
    (#"online_timeout_ms"#, #"online_timeout_ms = 700"#),
    (#"fallback_codes"#, #"fallback_codes = [9]"#),
    (#"flag0"#, #"flag0 = "remove""#),
    (#"check_window ="#, #"check_window = "ignore""#),
    (#"check_window_max"#, #"check_window_max_age_h = 1"#),
    (#"late_positions"#, #"late_positions = "drop""#),
    (#"offline_uploads"#, #"offline_uploads = "log""#),
    (#"ca_file"#, #"ca_file = "/etc/passwd""#),
    (#"call ="#, #"call = "token""#),
    (#"app_id"#, #"app_id = "x""#),
    (#"field_app_id"#, #"field_app_id = "x""#),
    (#"field_secret"#, #"field_secret = "x""#),
    (#"field_token"#, #"field_token = "x""#),
    (#"field_expires_in"#, #"field_expires_in = "x""#),
    (#"host"#, #"host = "127.0.0.2""#),
    (#"port"#, #"port = 1"#),
    (#"report_interval_s"#, #"report_interval_s = 6"#),
    (#"id = "0a3"#, #"id = "x""#),
    (#"device = "/dev/validator/reader0""#, #"device = "x""#),
    (#"baud = 115200"#, #"baud = 9600"#),
    (#"card_number"#, #"card_number = "hex-reversed""#),
    (#"role"#, #"role = "observe""#),
    (#"protocol = "pn532""#, #"protocol = "uhf-a0""#),
    (#"identity"#, #"identity = "epc""#),
    (#"beeps"#, #"beeps = true"#),
    (#"line_content"#, #"line_content = "decimal""#),
    (#"power_cycle_command"#, #"power_cycle_command = ["/bin/true"]"#),
    (#"protocol = "evdev""#, #"protocol = "serial""#),
    (#"baud = 9600"#, #"baud = 4800"#),
    (#"terminator"#, #"terminator = "x""#),
    (#"read_events_listen"#, #"read_events_listen = "127.0.0.1:0""#),
    (#"confirm_reads"#, #"confirm_reads = 2"#),
    (#"one_tap_per_presentation"#, #"one_tap_per_presentation = false"#),
    (#"read_event_timeout"#, #"read_event_timeout_ms = 0"#),
    (#"id = "c24"#, #"id = "x""#),
    (#"device = "/dev/validator/scanner0""#, #"device = "x""#),
    (#"inter_key_ms"#, #"inter_key_ms = 100"#),
    (#"max_length"#, #"max_length = 1000"#),
    (#"repeat_interval_ms"#, #"repeat_interval_ms = 1000"#),
    (#"codecs"#, #"codecs = ["transport"]"#),
    (#"codecs"#, #"codecs = []"#),
    (#"codecs"#, #"codec = "vt1""#),
    (#"skew_s"#, #"skew_s = 1"#),
    (#"unknown"#, #"unknown = "refuse""#),
    (#"binary_as"#, #"binary_as = "base64""#),
    (#"transport_roots_file"#, #"transport_roots_file = "/none""#),
    (#"transport_issuers"#, #"transport_issuers = ["!12345678"]"#),
    (#"transport_fare_fen"#, #"transport_fare_fen = 200"#),
    (#"transport_accept_test"#, #"transport_accept_test = true"#),
    (#"green_led"#, #"green_led = "x""#),
    (#"red_led"#, #"red_led = "x""#),
    (#"buzzer"#, #"buzzer = "x""#),
    (#"signal_ms"#, #"signal_ms = 100"#),
    (#"minimum_ms"#, #"minimum_ms = 100"#),
    (#"voice_dir"#, #"voice_dir = "x""#),
    (#"alsa_device"#, #"alsa_device = """#),
    (#"volume_percent"#, #"volume_percent = 0"#),
    (#"max_records"#, #"max_records = 1"#),
    (#"max_positions"#, #"max_positions = 1"#),
    (#"concurrency"#, #"concurrency = 1"#),
    (#"max_refusals"#, #"max_refusals = 1"#),
    (#"backoff_max_s"#, #"backoff_max_s = 1"#),
    (#"accepted_codes"#, #"accepted_codes = [-1]"#),
    (#"final_codes"#, #"final_codes = [3]"#),
    (#"level"#, #"level = "debug""#),
    (#"mask_cards"#, #"mask_cards = false"#),
].map { Change(from: $0, to: $1) }

private let required = """
    device.id = "VLD0001"
    platform.base_url = "https://platform.example/hw/"

    """

/// The configuration as its manual page shows it, every key with its default.
private let documented = #"""
    [device]
    id = "VLD0001"                       # device_id of the platform API
    state_dir = "/var/lib/validator"     # databases; created 0700
    control_socket = "/run/validator/control.sock"

    [platform]
    base_url = "https://platform.example/hw"
    allow_plain = false
    body = "json"                        # json | form
    time_zone = "Asia/Shanghai"
    time_format = "datetime"             # datetime | compact
    coordinates = "wgs84"                # wgs84 | gcj02 | bd09
    timeout_ms = 5000                    # to connect, and to the first byte; a body may take longer while it flows (stall_ms)
    list_timeout_ms = 60000              # to a list's first byte; timeout_ms for all else
    stall_ms = 10000                     # no byte for so long ends a transfer
    online_timeout_ms = 800
    fallback_codes = []                  # ret_code values that mean "decide yourself"
    flag0 = "block"                      # block | remove
    check_window = "enforce"             # enforce | ignore
    check_window_max_age_h = 12
    late_positions = "send"              # send | drop
    offline_uploads = "check+log"        # check+log | log
    ca_file = ""                         # PEM; empty: the system's
    client_cert = ""                     # PEM, with client_key, for mutual TLS
    client_key = ""
    authorization_file = ""
    [platform.token]
    kind = "call"                        # static | call
    value_file = ""                      # static: file with the token (0600)
    call = "get_token"                   # fields: req_id, device_id, app_id, secret -> token, expires_in; field names below
    app_id = ""
    secret_file = ""
    field_app_id = "app_id"
    field_secret = "secret"
    field_token = "token"
    field_expires_in = "expires_in"

    [gps]
    host = "127.0.0.1"
    port = 2947
    report_interval_s = 5

    [[reader]]
    id = "0a3e46ca01ea43bd941ddcbec693e1c6"
    device = "/dev/validator/reader0"
    protocol = "pn532"                   # pn532 | uhf-a0 | ascii-line | twn4
    identity = "tid"                     # uhf-a0: tid | epc
    beeps = false
    line_content = "automatic"           # ascii-line: automatic | hexadecimal | decimal
    power_cycle_command = []
    baud = 115200
    card_number = "hex"                  # hex | hex-reversed | decimal8 | decimal10
    role = "validate"                    # validate | observe (read events only)
    read_event_timeout_ms = 3000
    repeat_interval_ms = 2000            # the same card again within this: answered, not recorded twice
    confirm_reads = 1                    # 2: a number counts once it was read twice running (readers with phantom frames)
    one_tap_per_presentation = true      # a reader that polls: several chips presented together are one tap, of the first that is listed

    [[scanner]]
    id = "c2423f11d47245038e7fa3527b3b3c02"
    device = "/dev/validator/scanner0"
    protocol = "evdev"                   # evdev | hidraw | serial
    baud = 9600                          # serial
    terminator = "\r"                    # serial; evdev ends at Enter
    inter_key_ms = 200
    max_length = 1024
    repeat_interval_ms = 2000

    [tickets]
    codecs = ["vt1", "transport"]
    secret_file = ""                     # provisioning secret, see VT1 below
    skew_s = 60
    unknown = "online"                   # online | refuse
    binary_as = "hex"                    # hex | base64
    transport_roots_file = ""
    transport_issuers = []
    transport_fare_fen = 0
    transport_accept_test = false

    [indicators]
    green_led = "/sys/class/leds/validator:green"   # a LED class folder: 1 or 0 is written to its `brightness`
    red_led = "/sys/class/leds/validator:red"
    buzzer = ""
    signal_ms = 800
    minimum_ms = 150                     # a light stays at least so long before the next answer's
    voice_dir = "/usr/share/validator/voices"       # {sound_no}.wav and the named prompts
    alsa_device = "default"                          # "" is silent
    volume_percent = 80

    [outbox]
    max_records = 200000
    max_positions = 100000
    concurrency = 4
    max_refusals = 8
    backoff_max_s = 30                   # any success (a heartbeat, say) wakes the uploader at once
    accepted_codes = []
    final_codes = []

    [management]
    mqtt_url = ""                        # "mqtt://127.0.0.1:1883": the box's own Mosquitto, whose bridge does TLS, DNS and reconnection; empty: none
    read_events_listen = ""              # "0.0.0.0:1443" serves the read-event WebSocket from the box itself
    read_events_tokens_file = ""          # one token a line; read again on SIGHUP
    read_events_cert = ""                 # with _key: wss; empty: ws, and only on loopback unless read_events_plain
    read_events_plain = false
    read_events_key = ""

    [log]
    level = "info"
    mask_cards = true                    # keep the last four characters
    """#

import ReadEventServing
import ReadEvents
import TomlConfiguration
import WebSocket

extension Configuration {
    /// `[management]`: what others are told and may ask for. MQTT is not part of this release.
    public struct Management: Hashable, Sendable {
        /// Of the hub that manages this box, without a slash at its end; empty: none.
        public var url: String
        /// Nil: read events are not served from here.
        public var readEvents: ReadEventServer.Settings?

        init(_ table: ConfigurationReader, isPlainAllowed: Bool) {
            let address = ServiceAddress(table.string("url", default: ""))
            if !address.text.isEmpty,
                let mistake = address.mistake(isPlainAllowed: isPlainAllowed, exposing: "this box's secret")
            {
                table.report("url", mistake)
            }
            url = address.text
            if !table.string("mqtt_url", default: "").isEmpty {
                table.report("mqtt_url", "mqtt_url is not supported by this release; leave it empty")
            }
            readEvents = Self.readEvents(table)
        }

        private static func readEvents(_ table: ConfigurationReader) -> ReadEventServer.Settings? {
            let listen = table.string("read_events_listen", default: "")
            let address = ListenAddress(listen)
            // Nobody else can try one.
            let minimumTokenLength = address.map { isThisMachine($0.host) } == true ? 1 : AccessTokens.minimumLength
            let tokensFile = tokensFile(table, minimumTokenLength)
            let (certificate, key) = (table.optionalFile("read_events_cert"), table.optionalFile("read_events_key"))
            let isPlainAllowed = table.boolean("read_events_plain", default: false)
            if certificate.isEmpty != key.isEmpty {
                table.report(
                    key.isEmpty ? "read_events_key" : "read_events_cert",
                    "is needed too: TLS takes read_events_cert and read_events_key")
            }
            guard !listen.isEmpty else { return nil }
            guard let address, isAddress(address.host) else {
                table.report(
                    "read_events_listen", "must be a numeric address and a port, as in \"0.0.0.0:1443\" or \"[::]:1443\"")
                return nil
            }
            if !isThisMachine(address.host) {
                if certificate.isEmpty, !isPlainAllowed {
                    table.report(
                        "read_events_listen",
                        """
                        is reached by others, who would see the token and all cards; set read_events_cert and read_events_key, \
                        or read_events_plain = true where the network itself is protected
                        """)
                }
                if tokensFile == nil {
                    table.report(
                        "read_events_tokens_file", "is missing; without tokens read_events_listen must be 127.0.0.1 or [::1]")
                }
            }
            let tls = certificate.isEmpty ? nil : ServerIdentity(certificate: certificate, key: key)
            return ReadEventServer.Settings(
                address: address, tls: tls, tokensFile: tokensFile, minimumTokenLength: minimumTokenLength)
        }

        private static func tokensFile(_ table: ConfigurationReader, _ minimumLength: Int) -> String? {
            let path = table.string("read_events_tokens_file", default: "")
            guard !path.isEmpty else { return nil }
            do throws(FileReadError) {
                let content = try ConfigurationFile.read(path, maximumSize: AccessTokens.maximumFileSize)
                do throws(AccessTokensError) {
                    _ = try AccessTokens(file: content, minimumLength: minimumLength)
                } catch {
                    table.report("read_events_tokens_file", "\(path): \(error)")
                }
            } catch {
                table.report(
                    "read_events_tokens_file", "\(error); create it with mode 0600, owned by the user that validatord runs as")
            }
            return path
        }

        private static func isAddress(_ host: String) -> Bool { host.contains(":") || octets(host) != nil }
    }
}

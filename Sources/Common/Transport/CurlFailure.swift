import CCurl
import Glibc
import OperatingSystem
import PlatformAPI

/// What libcurl reports of a transfer that failed, and what it means for a technician.
struct CurlFailure {
    var result: CURLcode
    /// libcurl's own words; may be empty.
    var detail: String
    /// `errno` of the last failed connect; 0 for none.
    var connectError: Int32
    /// OpenSSL's `X509_V_ERR_...` for the server's certificate; 0 for none.
    var verifyResult: Int
    var authority: String
    var proxy: EnvironmentProxy?
    var tls: TLSFiles

    var exchangeFailure: ExchangeFailure {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST:
            failure(
                .connection, "DNS: \(authority) has no address; check platform.base_url, the mobile network and the name server")
        case CURLE_COULDNT_RESOLVE_PROXY:
            failure(.connection, "DNS: the proxy \(proxy?.authority ?? "") has no address; check \(proxyVariable)")
        case _ where detail.contains("CONNECT"):
            failure(
                .connection,
                "the proxy \(proxy?.authority ?? "") gives no connection to \(authority) (\(reason)); check the proxy "
                    + "and \(proxyVariable)")
        case CURLE_COULDNT_CONNECT:
            failure(.connection, connectText)
        case CURLE_URL_MALFORMAT:
            failure(.connection, "'\(authority)' is not the host of a URL; check platform.base_url")
        case CURLE_UNSUPPORTED_PROTOCOL where !detail.contains("HTTP/0.9"):
            failure(.connection, "\(authority): neither http nor https; check platform.base_url")
        case CURLE_PEER_FAILED_VERIFICATION:
            failure(.connection, certificateText)
        case CURLE_SSL_CACERT_BADFILE:
            failure(.connection, "TLS: cannot read CA file \(authorities); check platform.ca_file")
        case CURLE_SSL_CERTPROBLEM:
            failure(
                .connection,
                "TLS: cannot use the client certificate \(tls.identity?.certificate ?? "") with key "
                    + "\(tls.identity?.key ?? "") (\(reason)); check platform.client_cert and platform.client_key")
        case CURLE_SSL_CONNECT_ERROR, CURLE_SEND_ERROR, CURLE_RECV_ERROR:
            failure(
                .connection,
                isClientCertificateRefused
                    ? clientCertificateText : result == CURLE_SSL_CONNECT_ERROR ? handshakeText : brokenText)
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            failure(.connection, brokenText)
        case CURLE_WRITE_ERROR where detail.isEmpty || detail.hasPrefix("Failure writing"):
            failure(.undecodable, "\(authority): reply given up; it is not what was asked for")
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_WRITE_ERROR:
            failure(.undecodable, "\(authority): does not answer in proper HTTP (\(reason)); check platform.base_url")
        default:
            failure(.connection, "\(authority): \(reason); check the mobile network and platform.base_url")
        }
    }

    private func failure(_ kind: ExchangeFailure.Kind, _ text: String) -> ExchangeFailure {
        ExchangeFailure(kind, text)
    }

    private var reason: String {
        detail.isEmpty ? unsafe String(cString: curl_easy_strerror(result)) : detail
    }

    private var authorities: String { tls.authorities ?? TLSFiles.systemAuthorities }

    private var proxyVariable: String { "\(proxy?.variable ?? "https_proxy") in the service's environment" }

    private var connectText: String {
        if let proxy, proxy.isMeant(in: detail) {
            return "the proxy \(proxy.authority): no connection (\(reason)); check that it runs, and \(proxyVariable)"
        }
        return switch connectError {
        case ECONNREFUSED:
            "\(authority): connection refused; check that the platform runs, and platform.base_url"
        case ENETUNREACH, EHOSTUNREACH, ENETDOWN:
            "\(authority): no route (\(SystemError(code: connectError, what: "").reason)); check the mobile network and SIM card"
        default:
            "\(authority): no connection (\(reason)); check the mobile network and platform.base_url"
        }
    }

    private var certificateText: String {
        switch verifyResult {
        case _ where detail.contains("subject name"):
            "TLS: certificate of \(authority) is for another name; check platform.base_url"
        case 9, 10:  // X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
            "TLS: certificate of \(authority) has expired or is not valid yet; check the box's clock, then the certificate"
        case 18, 19, 20, 21:  // self-signed, or no issuer among the authorities
            "TLS: certificate of \(authority) is not trusted by CA file \(authorities); check platform.ca_file"
        default:
            "TLS: certificate of \(authority) is not accepted (\(reason)); check the certificate and platform.ca_file"
        }
    }

    private var isClientCertificateRefused: Bool {
        // TLS 1.3 reports it with the first read, TLS 1.2 in the handshake.
        detail.contains("alert") && (detail.contains("certificate") || detail.contains("unknown ca"))
            || detail.contains("alert handshake failure") && tls.identity == nil
    }

    private var clientCertificateText: String {
        guard let identity = tls.identity else {
            return "TLS: \(authority) demands a client certificate; set platform.client_cert and platform.client_key"
        }
        let advice = detail.contains("expired") ? "it has expired: put its successor in its place" : "check platform.client_cert"
        return "TLS: \(authority) refuses the client certificate \(identity.certificate) (\(reason)); \(advice)"
    }

    private var handshakeText: String {
        if detail.contains("protocol version") || detail.contains("unsupported protocol") {
            return "TLS: \(authority) has no version from TLS 1.2 on (\(reason)); its operator must bring it up to date"
        }
        // In the words of either release of libcurl; the last for an error that OpenSSL has no words for.
        let hangUps = ["SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN", "reset by peer", "error:00000000"]
        if hangUps.contains(where: detail.contains) {
            return "TLS: \(authority) ended the connection in the handshake; check platform.base_url, the platform and firewalls"
        }
        return "TLS: no agreement with \(authority) (\(reason)); check platform.base_url and the platform"
    }

    private var brokenText: String {
        "\(authority): connection broken (\(reason)); check the platform and the mobile network"
    }
}

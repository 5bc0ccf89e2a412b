import Base

extension TransportCode {
    /// The fields as a technician reads them.
    var fields: [TicketField] {
        [
            TicketField("version", hexadecimal([version])),
            TicketField("service", hexadecimal(service)),
            TicketField("root_key", String(rootIndex)),
            TicketField("issuer", issuer),
            TicketField("certificate_end", certificateEnd.description),
            TicketField("certificate_serial", hexadecimal(serial)),
            TicketField("payment_account", paymentAccount.printable, isPersonal: true),
            TicketField("card", card.description, isPersonal: true),
            TicketField("account_issuer", accountIssuer),
            TicketField("platform", platform),
            TicketField("account_type", hexadecimal([accountType])),
            TicketField("maximum_fen", String(maximumFen)),
            TicketField("authorisation_end", authorisationEnd.timestamp),
            TicketField("validity_s", String(validitySeconds)),
            TicketField("extension", hexadecimal(issuerExtension)),
            TicketField("made", made.timestamp),
            TicketField("valid_to", end.timestamp),
        ]
    }
}

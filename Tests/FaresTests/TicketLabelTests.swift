import Base
import Cryptography
import Fares
import Testing

@Suite("What stands for a code in logs and listings")
struct TicketLabelTests {
    private let reader = TicketReader(TicketSettings(), Libcrypto())

    @Test("the transport ministry's code is its card, in whatever form it came")
    func transport() {
        let code = TransportVectors.code()
        for form in [code, Array(hexadecimal(code).utf8), Array(base64(code).utf8)] {
            #expect(reader.label(of: form, masksCards: true) == "transport:****0001")
            #expect(reader.label(of: form, masksCards: false) == "transport:31059999000000000001")
        }
        let damaged = reader.label(of: code.dropLast(), masksCards: false)
        #expect(damaged.hasPrefix("transport:#") && damaged.utf8.count == 27)
    }

    @Test("what is no text is a checksum, by which two scans are known for the same")
    func binary() {
        let label = reader.label(of: [0xFE, 1, 2], masksCards: false)
        #expect(label.hasPrefix("#") && label.utf8.count == 17)
        #expect(
            label == reader.label(of: [0xFE, 1, 2], masksCards: true)
                && label != reader.label(of: [0xFE, 1, 3], masksCards: true))
    }

    @Test("a text is its end, or its beginning where cards are not masked")
    func text() {
        let ticket = Array("VT1AEAIAADFKNYAAAAAMVJ7CAACLAAQEAYEWVZR7XNG5I4AQSTN".utf8)
        #expect(reader.label(of: ticket, masksCards: true) == "****QSTN")
        #expect(reader.label(of: ticket, masksCards: false).utf8.count == 51)
        let long = reader.label(of: [UInt8](repeating: 0x7A, count: 900), masksCards: false)
        #expect(long.utf8.count == 131 && long.hasSuffix("..."))
    }

    @Test("a listing shows the ends of a rider's code and of what is long, and anything else whole")
    func listing() {
        let code = TransportVectors.code()
        for text in ["hex:" + hexadecimal(code), base64(code), hexadecimal(code)] {
            let payload = text.hasPrefix("hex:") ? code : Array(text.utf8)
            #expect(reader.listing(of: payload, written: text) == "\(text.prefix(8))…\(text.suffix(8))")
        }
        let long = String(repeating: "z", count: 129)
        #expect(reader.listing(of: Array(long.utf8), written: long) == "zzzzzzzz…zzzzzzzz")
        #expect(reader.listing(of: Array(long.dropLast().utf8), written: String(long.dropLast())) == long.dropLast())
    }

    @Test(
        "a code is text where its bytes are UTF-8, whatever characters they are, and binary else",
        arguments: [
            (Array("TX1".utf8), true), ([0x02, 0x41], true), ([0x41, 0x1D, 0x42], true), ([0], true), (Array("票".utf8), true),
            ([0xFF], false), ([0x41, 0xC0, 0x80], false), ([0xE7, 0xA5], false),
        ] as [([UInt8], Bool)])
    func text(payload: [UInt8], isText: Bool) {
        #expect((String(scannedCode: payload) != nil) == isText)
        #expect(reader.label(of: payload, masksCards: true).hasPrefix("#") == !isText)
    }
}

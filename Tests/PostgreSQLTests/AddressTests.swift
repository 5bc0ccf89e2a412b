import PostgreSQL
import Testing

@Suite("An address of a database")
struct AddressTests {
    @Test(
        "It is shown without the password",
        arguments: [
            "postgresql://hub:s3cret@db.example:5433/validator?sslmode=verify-full",
            "host=db.example port=5433 user=hub password=s3cret dbname=validator",
        ])
    func description(_ text: String) throws {
        let address = try PostgreSQLAddress(text)
        #expect(address.description == "postgresql://hub@db.example:5433/validator")
    }

    @Test(
        "A mistake in it is told without its text",
        arguments: ["postgresql://hub:s3cret%ZZ@x/y", "host=x s3cret", "hosts=s3cret"])
    func malformed(_ text: String) throws {
        let error = try #require(throws: PostgreSQLAddress.Malformed.self) { try PostgreSQLAddress(text) }
        #expect(!error.description.contains("s3cret"))
    }
}

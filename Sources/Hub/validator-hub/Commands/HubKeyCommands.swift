import ArgumentParser
import Base
import Cryptography

struct CreateKey: ConfiguredCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the key for which boxes seal the records that somebody carries to this hub.",
        discussion: """
            It goes into a new file that only its owner may read; what is printed is for the boxes (collection.hub_key). Keep a copy of the \
            file: without it nobody opens what was sealed for it.
            """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file. (default: collection.key_file)") var file: String?

    func run(_ configuration: HubConfiguration) async throws {
        let key = HubPrivateKey()
        try SecretOutput.write(key.text, to: try keyFile(file, configuration))
        try Terminal.print(key.publicKey.text)
    }
}

struct ShowKey: ConfiguredCommand {
    static let configuration = CommandConfiguration(abstract: "Print the key that goes into the boxes' collection.hub_key.")

    @OptionGroup var common: CommonOptions
    @Argument(help: "The file of create-key. (default: collection.key_file)") var file: String?

    func run(_ configuration: HubConfiguration) async throws {
        try Terminal.print(try HubPrivateKey(file: try keyFile(file, configuration)).publicKey.text)
    }
}

private func keyFile(_ given: String?, _ configuration: HubConfiguration) throws -> String {
    let path = given ?? configuration.collectionKeyFile
    guard !path.isEmpty else { throw CommandFailure(.usage, "name a file, or set collection.key_file") }
    return path
}

import ArgumentParser
import Base

/// The back office of the on-board validators.
@main
struct ValidatorHub: AsyncParsableCommand {
    static let version = Release.text

    static let configuration = CommandConfiguration(
        commandName: "validator-hub",
        abstract: "Serves the platform's device API to ticket validators, and manages its cards, keys and devices.",
        version: version,
        subcommands: [
            Serve.self, Check.self, ImportCards.self, Export.self, AddKeys.self, RotateKeys.self, PrintTicket.self,
            ShowTestRoot.self,
            AddDevice.self,
            SetSecret.self, Enrol.self,
            Revoke.self, SetMode.self, ProvisionProof.self,
            Records.self, Devices.self, Tokens.self, ImportRecords.self, SetAside.self, ForgetCard.self, CreateKey.self,
            ShowKey.self,
            MoveStore.self, Refused.self, MapDevice.self, Lists.self,
        ],
        defaultSubcommand: Serve.self)

    @OptionGroup var common: CommonOptions
}

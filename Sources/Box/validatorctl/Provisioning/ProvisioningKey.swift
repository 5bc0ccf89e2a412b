import Glibc
import RecordFiles
import TomlConfiguration

/// A key of a configuration file that is still being made, in a folder that nobody else writes in.
struct ProvisioningKey {
    let file: String
    /// Such as `platform.base_url`.
    let key: String

    func set(to value: String) throws(ControlFailure) {
        let bytes = try WholeFile.read(file, limit: IdentityFile.maximumFileBytes)
        guard let content = String(validating: bytes, as: UTF8.self) else { throw .badData("\(file) is no text") }
        var text = ConfigurationText(content)
        do throws(ConfigurationMistake) {
            try text.set(key, to: value)
        } catch {
            throw .badData("\(file): \(error)")
        }
        let folder = try StickFolder(
            IdentityFile.folder(of: file), allowsOwnDisk: true, consequence: "\(IdentityFile.name(of: file)) is as it was")
        let written = try folder.write(Array(text.text.utf8), named: ".set", type: "toml")
        guard unsafe rename(written, file) == 0 else { throw folder.failure(file, "cannot be replaced") }
    }
}

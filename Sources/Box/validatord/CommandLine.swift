/// What validatord was asked to do.
nonisolated enum CommandLineRequest: Hashable, Sendable {
    case run(configuration: String)
    case checkConfiguration(String)
    case version
    case help

    static let usage = """
        usage: validatord [--check-config] --config FILE
               validatord --version | --help

          --config FILE    the configuration, see validator.toml(5)
          --check-config   print every mistake in it with its line, and do nothing else
        """

    /// Takes the arguments behind the program's name. They are few enough to do without a library.
    init(_ arguments: some Sequence<String>) throws(UsageError) {
        var path: String?
        var isCheck = false
        var iterator = arguments.makeIterator()
        while let argument = iterator.next() {
            switch argument {
            case "--version":
                self = .version
                return
            case "--help", "-h":
                self = .help
                return
            case "--check-config":
                isCheck = true
            case "--config":
                guard let value = iterator.next() else { throw UsageError(text: "--config needs a file") }
                path = value
            case _ where argument.hasPrefix("--config="):
                path = String(argument.dropFirst("--config=".count))
            default:
                throw UsageError(text: "there is no option \(argument)")
            }
        }
        guard let path, !path.isEmpty else { throw UsageError(text: "--config FILE is missing") }
        self = isCheck ? .checkConfiguration(path) : .run(configuration: path)
    }

    /// Exit code 64.
    struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
        var text: String
        var description: String { "validatord: \(text)\n\(CommandLineRequest.usage)" }
    }
}

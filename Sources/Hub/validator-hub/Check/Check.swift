import ArgumentParser
import Base
import JSON
import OperatingSystem

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Try the whole of an installation, and say what is wrong and what to do about it.",
        discussion: """
            Configuration, files, database, the running hub, and with --url the proxy in front as a box sees it. Nothing is changed. \
            Exits with 69 when something is wrong.
            """)

    @OptionGroup var common: CommonOptions
    @Option(help: "Where boxes find the hub, as in https://hub.example.org: the proxy is tried too.") var url: String?
    @Option(help: "The authorities that vouch for the proxy's certificate, PEM, in place of the system's.") var caFile: String?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        guard url.map({ $0.lowercased().hasPrefix("https://") }) ?? true else {
            throw ValidationError("--url must begin with https://: boxes do not speak plain HTTP to another machine")
        }
    }

    mutating func run() throws {
        var base = url.map { Substring($0) }
        while base?.last == "/" { base?.removeLast() }
        // As boxes have it in platform.base_url.
        if base?.hasSuffix("/api") ?? false { base?.removeLast(4) }
        let items = InstallationChecks(
            path: common.config, url: base.map(String.init), authorities: caFile, now: Clocks.now().system
        ).run()
        let findings = items.count { $0.outcome == .wrong }
        if json {
            let value: JSONValue = ["ok": .bool(findings == 0), "checks": .array(items.map(\.json))]
            try Terminal.print(value.text.printableJSON)
        } else {
            for item in items { try Terminal.print(item.line) }
            try Terminal.print(findings == 0 ? "nothing is wrong" : "\(findings) of \(items.count) are wrong")
        }
        if findings > 0 { throw ExitCode(SystemExit.unavailable.rawValue) }
    }
}

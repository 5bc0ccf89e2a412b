import Foundation

/// The program `websocket-echo`, as the build made it.
struct EchoProgram {
    /// The folder of the build's products: the one that holds this test's own executable.
    private static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    let port: UInt16
    private let process = Process()
    /// It ends with its standard input, so also when this process dies.
    private let input = Pipe()

    /// `descriptors` bounds how many it may have open.
    init(descriptors: Int = 1024) throws {
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["prlimit", "--nofile=\(descriptors)", Self.folder.appending(path: "websocket-echo").path]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        guard let port = UInt16(line.dropLast()) else { throw RawClient.Failure(what: "websocket-echo printed \(line)") }
        self.port = port
    }

    /// Not by its standard input: whatever else this process has started meanwhile may hold the other end, too.
    func stop() { process.terminate() }
}

import CFuzzer
import FuzzTargets
import Glibc

/// Runs libFuzzer, with its options, on the target that the environment's `FUZZ_TARGET` names. Merging and parallel jobs start
/// this program again with their own arguments, so the name is none.
@main
enum Fuzz {
    static func main() {
        let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
        guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
            FuzzTarget.all.forEach { print($0.name) }
            exit(name.isEmpty ? 0 : 64)
        }
        chosen = target
        var count = CommandLine.argc
        var arguments = unsafe CommandLine.unsafeArgv
        // libFuzzer's pointer, null at its end, is the same to C.
        let code = unsafe withUnsafeMutablePointer(to: &arguments) { arguments in
            unsafe arguments.withMemoryRebound(to: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?.self, capacity: 1) {
                unsafe LLVMFuzzerRunDriver(&count, $0, testOneInput)
            }
        }
        exit(code)
    }

    fileprivate static var chosen: FuzzTarget?
}

/// libFuzzer calls on the thread that called it.
private nonisolated func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    MainActor.assumeIsolated {
        do {
            try Fuzz.chosen?.check(input)
        } catch {
            fatalError("\(error)")
        }
    }
    return 0
}

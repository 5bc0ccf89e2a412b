import Dispatch
import Glibc

exit(Program.run(CommandLine.arguments.dropFirst()) { dispatchMain() })

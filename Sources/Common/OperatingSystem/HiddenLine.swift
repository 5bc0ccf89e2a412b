import Glibc

/// What somebody types that nobody else is to see.
public enum HiddenLine {
    /// From standard input; on a terminal after `prompt`, and unseen.
    public static func ask(_ prompt: String) -> String {
        guard isatty(0) == 1 else { return readLine() ?? "" }
        var settings = termios()
        unsafe tcgetattr(0, &settings)
        let original = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(0, TCSAFLUSH, &settings)
        print(prompt, terminator: "")
        fflush(nil)
        let line = readLine() ?? ""
        settings = original
        unsafe tcsetattr(0, TCSAFLUSH, &settings)
        print("")
        return line
    }
}

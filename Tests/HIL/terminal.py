"""The technician's end of the serial port: a terminal of 110 by 50 characters, and a keyboard."""
import codecs
import re
import threading
import unicodedata

from waiting import Failure, connect, wait_until

COLUMNS, ROWS = 110, 50
# Text, or what an escape sequence begins with: CSI ... final, OSC ... BEL, or one more character.
SEQUENCE = re.compile(r"\x1b\[([?!=>]*)([0-9;]*)([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[^\[\]]")
UNFINISHED = re.compile(r"\x1b(?:\[[?!=>]*[0-9;]*|\][^\x07\x1b]*)?\Z")


class Screen:
    """What a VT100 shows, as far as the console uses it."""

    def __init__(self):
        self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        self._row = self._column = 0
        self._rest = ""

    def feed(self, text):
        """True when the other side asked where the cursor is."""
        text = self._rest + text
        unfinished = UNFINISHED.search(text)
        self._rest = unfinished.group() if unfinished else ""
        text = text[: len(text) - len(self._rest)]
        was_asked, end = False, 0
        for sequence in SEQUENCE.finditer(text):
            self._put(text[end : sequence.start()])
            end = sequence.end()
            private, parameters, final = sequence.groups()
            if final and not private:
                was_asked |= self._obey(final, [int(number or 0) for number in parameters.split(";")])
        self._put(text[end:])
        return was_asked

    def _obey(self, final, parameters):
        if final == "H":
            row, column = (parameters + [0])[:2]
            self._row, self._column = min(max(row, 1), ROWS) - 1, min(max(column, 1), COLUMNS) - 1
        elif final == "J":
            self._rows = [[" "] * COLUMNS for _ in range(ROWS)]
        elif final == "K":
            self._rows[self._row][self._column :] = [" "] * (COLUMNS - self._column)
        return final == "n" and parameters == [6]

    def _put(self, text):
        for character in text:
            if character == "\r":
                self._column = 0
            elif character == "\n":
                if self._row == ROWS - 1:
                    self._rows = self._rows[1:] + [[" "] * COLUMNS]
                else:
                    self._row += 1
            elif character.isprintable():
                width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
                self._column = min(self._column, COLUMNS - width)
                self._rows[self._row][self._column : self._column + width] = [character] + [""] * (width - 1)
                self._column += width

    @property
    def text(self):
        return "\n".join("".join(row).rstrip() for row in self._rows)


class Terminal:
    """`log` takes everything that came, as it came."""

    def __init__(self, path, log):
        self._socket = connect(path)
        self._log = log
        self._screen = Screen()
        self._lock = threading.Lock()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        with self._log.open("ab", buffering=0) as log:
            while data := self._receive():
                log.write(data)
                with self._lock:
                    was_asked = self._screen.feed(decoder.decode(data))
                if was_asked:
                    self.type(f"\x1b[{ROWS};{COLUMNS}R")

    def _receive(self):
        try:
            return self._socket.recv(4096)
        except OSError:
            return b""

    @property
    def text(self):
        with self._lock:
            return self._screen.text

    def type(self, text):
        self.send(text.encode())

    def send(self, data):
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise Failure(f"the serial line is down: {error}") from error

    def shows(self, pattern, seconds=240):
        """Waits until the screen shows it."""
        try:
            return wait_until(f"{pattern!r} on the serial line", seconds, lambda: re.search(pattern, self.text, re.MULTILINE))
        except Failure as failure:
            raise Failure(f"{failure}; it shows:\n{self.text.rstrip()}") from None

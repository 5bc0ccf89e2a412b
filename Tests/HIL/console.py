"""The technician's console as a technician uses it, and what each of its pages ought to show on the emulated box."""
import re

from bench import PASSPHRASE, PIN
from waiting import Failure

MENU = r"^1  (Live taps|实时刷卡)$[\s\S]*^q  "
TAPS = "Live taps|实时刷卡"
PIN_PROMPT = "^(?:PIN:|请输入 PIN 码：)"
# Neither a key of the menu nor one that leaves it: what a disturbed line makes of nothing.
NOISE = [byte for byte in range(256) if not chr(byte).isascii() or chr(byte) in "\x00\x01\x02\x05\x06\x07\x0e~{}#@!$%^&*|\\"]


class Console:
    def __init__(self, terminal):
        self.terminal = terminal
        self.pins_typed = 0

    def await_menu(self, seconds=240):
        self.shows(MENU, seconds)

    def open(self, key, title):
        self.terminal.type(key)
        self.shows(rf"^validator  (\S+  )?({title})$")

    def back(self):
        self.terminal.type("q")
        self.await_menu()

    def shows(self, pattern, seconds=240):
        """Waits until it is there; the PIN is typed where it is asked for first."""
        found = self.terminal.shows(f"{PIN_PROMPT}|{pattern}", seconds)
        if re.match(PIN_PROMPT, found.group()):
            self.terminal.type(f"{PIN}\r")
            self.pins_typed += 1
            found = self.terminal.shows(pattern, seconds)
        return found

    def page(self, key, title, *patterns):
        """From the menu to a page and back; each pattern must be there."""
        self.open(key, title)
        for pattern in patterns:
            self.shows(pattern)
        self.back()

    def answer(self, keys, pattern):
        """What is told below the page after these keys."""
        self.terminal.type(keys)
        return self.shows(pattern)

    # Parts of the tour. Each begins and ends in the menu, in English.

    def change_language(self):
        self.shows("^1  实时刷卡$")
        self.terminal.type("l")
        self.shows("^1  Live taps$")

    def look_at_devices(self, card):
        """While the card lies on the reader."""
        self.open("3", "Readers and scanners")
        self.shows(r"^reader reader0\n  state +ready\n  device +/dev/validator/reader0$")
        self.shows(r"^scanner scanner0\n  state +ready\n  device +/dev/validator/scanner0$")
        self.terminal.type("p")
        self.shows(rf"^reader reader0  UID {card}$")
        self.shows(r"in list cards.* <- set$")
        self.terminal.type("q")
        self.shows("Readers and scanners$")
        self.back()

    def look_at_position(self):
        """The bus drives on a circle in Shanghai; a box that has its time from satellites is right to a second."""
        self.page(
            "2", "GPS", r"^fix +3d$", r"^latitude +31\.2", r"^longitude +121\.4", r"^speed km/h +36", r"^clock +gps$",
            r"^offset ms +-?\d{1,3}$")

    def look_at_pages(self):
        self.page("1", "Live taps", r"^\d\d:\d\d:\d\d  accepted +\S+  ok  \S+  \d+\.\d+ ms$")
        self.look_at_position()
        self.page("4", "Outbox", r"^records waiting +0$", r"^refused +0$")
        self.open("5", "Lists and keys")
        self.shows(r"^cards\n  version +[1-9]\d*\n  count +2$")
        self.shows(r"^ticket keys\n  version +[1-9]\d*\n  count +4$")
        self.answer("s", "^done$")
        self.answer("f", r"Sure\? y/n")
        self.answer("y", "^done$")
        self.back()
        self.page("6", "Network", r"^e\w+ +up  10\.0\.2\.15", r"^gateway +10\.0\.2\.2 \(", r"^name servers +10\.0\.2\.3")
        self.page("7", "Platform", r"^state +online$", r"^last success +\d+ s ago$", r"^version +\d+\.\d+\.\d+$")
        self.page("v", "Modem and vehicle", r"^modem +no modem$", r"^ignition +-$", r"^parked +no$")
        self.page("0", "Log", r"^\d{4}-\d\d-\d\dT\S+Z info ")

    def look_at_network(self):
        """Two adapters are there, and one is used."""
        self.open("6", "Network|网络")
        # It is usb0 until udev gives it another name, which it does not where it comes too late: by its hardware address, or by the
        # port that it is in, as enp0s5u3i1.
        shown = self.shows(r"^(?:usb|enx|en\w+u\d)\w* +\w+").string
        self.shows(r"^(gateway|网关) +10\.0\.2\.2 \(")
        if "192.168.77." in shown:
            raise Failure(f"the box uses a foreign adapter:\n{shown}")
        self.back()

    def look_at_lock(self):
        """Whoever does not know the PIN restarts nothing."""
        self.open("r", "Restart the validator")
        self.terminal.type("r")
        self.terminal.shows(PIN_PROMPT)
        self.terminal.type("\x03")
        self.terminal.shows("q back")
        self.back()

    def change_report_interval(self, seconds):
        """After a value that it refuses."""
        self.open("9", "Settings")
        self.shows(r"^1  gps\.report_interval_s$")
        for value, outcome in (("0", "^failed: "), (seconds, "^done$")):
            self.terminal.type("1")
            self.shows(r"gps\.report_interval_s  new value:")
            self.answer(f"{value}\r", outcome)
        self.back()

    def test_itself(self):
        """This board has neither lights nor a buzzer: what cannot be switched on must be told."""
        self.open("8", "Self-test")
        self.terminal.type("t")
        self.shows("^PASS  outbox", 300)
        for verdict in (
            "PASS  reader reader0", "PASS  scanner scanner0", "FAIL  light green", "FAIL  light red", "PASS  sound", "PASS  disk",
            "PASS  clock", "PASS  platform", "PASS  GPS", "PASS  list cards", "WARN  ticket keys",
        ):
            self.shows(f"^{verdict}")
        self.shows("^      next: check \\[indicators\\]")
        self.back()

    def restart_validator(self):
        self.open("r", "Restart the validator")
        self.answer("r", r"Sure\? y/n")
        self.answer("y", "^(done|failed: .*)$")
        self.back()

    def save_report(self):
        """Onto the only stick; the folder where that is mounted."""
        self.open("d", "Diagnostics report|诊断报告")
        folder = self.shows(r"^  1  (/\S+)$").group(1)
        self.answer("1", f"^(written: |已保存：){folder}/\\S+")
        self.back()
        return folder

    def collect_records(self, folder):
        self.open("4", "Outbox|待上传记录")
        self.terminal.type("c")
        self.shows(f"^  1  {folder}$")
        typed = self.pins_typed
        # The box has no key of its hub's: what it writes is sealed with a passphrase.
        self.answer("1", "^(new passphrase for the files: |为文件设置新密码短语：)")
        if self.pins_typed == typed:
            raise Failure("the console gave records away without a PIN")
        self.answer(f"{PASSPHRASE}\r", "^(once more: |请再输入一次：)")
        self.answer(f"{PASSPHRASE}\r", rf"^(written: |已保存：){folder}/\S+ \(\d+\)")
        self.terminal.type("q")
        self.shows("(Outbox|待上传记录)$")
        self.back()

    def survive_noise(self, chance):
        """What a passing tram induces; then the menu still works. An ESC may have ended the console, which starts anew."""
        for _ in range(20):
            self.terminal.send(bytes(chance.choice(NOISE) for _ in range(chance.randint(1, 120))) + b"\x1b[1;")
        self.terminal.send(b"\x0c")
        self.await_menu()
        self.page("7", "Platform|平台", "^(state +online|状态 +在线)$")

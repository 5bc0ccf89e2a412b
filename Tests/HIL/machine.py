"""The box under test: QEMU with its disk, its devices, and the two lines by which it is watched and handled."""
import json
import re
import socket
import subprocess
import threading
import time
from pathlib import Path

FIRMWARE = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"
# A keyboard's key for each character that is no letter; capital letters are typed with Shift.
KEYS = {**{digit: digit for digit in "0123456789"}, "-": "minus", "=": "equal", "/": "slash", ".": "dot", "\r": "ret"}


class Failure(Exception):
    """What the scenario expected and did not come."""


def wait_until(what, seconds, condition):
    """Asks again and again; the first true answer, or a Failure."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.2)
    raise Failure(f"not within {seconds} s: {what}")


def connect(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    return connection


class SerialLine:
    """The technician's end of the serial port: everything that came, and a keyboard."""

    def __init__(self, path, log):
        self._socket = connect(path)
        self._log = log
        self._text = ""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with self._log.open("ab", buffering=0) as log:
            while True:
                try:
                    data = self._socket.recv(4096)
                except OSError:
                    return
                if not data:
                    return
                log.write(data)
                self._text += data.decode(errors="replace")

    @property
    def text(self):
        return self._text

    def type(self, text):
        self._socket.sendall(text.encode())

    def expect(self, pattern, seconds, since=0):
        return wait_until(f"{pattern!r} on the serial line", seconds, lambda: re.search(pattern, self._text[since:]))


class Monitor:
    """QEMU's machine protocol: the hand that plugs, unplugs and types."""

    def __init__(self, path):
        self._file = connect(path).makefile("rw")
        self._file.readline()
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        self._file.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self._file.flush()
        while True:
            answer = json.loads(self._file.readline())
            if "error" in answer:
                raise Failure(f"{name}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def type(self, text, seconds_between=0.03):
        """As a keyboard scanner does: the text, then Enter."""

        def press(key, down):
            event = {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}
            self.command("input-send-event", events=[event])
            time.sleep(seconds_between / 2)

        for character in text + "\r":
            shifted = character.isupper()
            if shifted:
                press("shift", True)
            key = KEYS.get(character) or character.lower()
            press(key, True)
            press(key, False)
            if shifted:
                press("shift", False)


class Machine:
    """One life of the box, from power-on to power-off. `devices`: name to the pseudo-terminal of its stand-in."""

    def __init__(self, folder, disk, devices):
        self._folder = Path(folder)
        self._devices = devices
        self._bridges = {}
        for name in [*devices, "console", "monitor"]:
            (self._folder / f"{name}.sock").unlink(missing_ok=True)
        command = [
            "qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "max,pauth-impdef=on", "-accel", "tcg,thread=multi",
            "-smp", "2", "-m", "1024", "-display", "none", "-nodefaults", "-no-reboot", "-bios", FIRMWARE,
            "-drive", f"file={disk},if=none,id=disk,format=raw,cache=writeback", "-device", "virtio-blk-pci,drive=disk",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-rng-pci", "-device", "virtio-balloon-pci,id=balloon", "-device", "qemu-xhci,id=usb", "-device", "usb-kbd,id=scanner",
            "-qmp", f"unix:{self._folder}/monitor.sock,server=on,wait=off",
            "-chardev", self._chardev("console"), "-serial", "chardev:console",
        ]
        for name in devices:
            command += ["-chardev", self._chardev(name), "-device", ",".join(self._adapter(name))]
        self.powered_on = time.time()
        with (self._folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until("QEMU's sockets", 20, lambda: (self._folder / "console.sock").exists() or self._ended())
        self.console = SerialLine(self._folder / "console.sock", self._folder / "console.log")
        self.monitor = Monitor(self._folder / "monitor.sock")
        for name in devices:
            self._bridge(name)

    def _chardev(self, name):
        return f"socket,id={name},path={self._folder}/{name}.sock,server=on,wait=off"

    @staticmethod
    def _adapter(name):
        # always-plugged: an adapter is there whether or not somebody talks on its other side.
        return ["usb-serial", f"id={name}-adapter", f"chardev={name}", f"serial={name}", "always-plugged=on"]

    def _ended(self):
        if self._process.poll() is not None:
            raise Failure(f"QEMU ended: see {self._folder}/qemu.log")

    def _bridge(self, name):
        self._bridges[name] = subprocess.Popen(
            ["socat", f"UNIX-CONNECT:{self._folder}/{name}.sock", f"OPEN:{self._devices[name]},raw,echo=0"],
            stdin=subprocess.DEVNULL)

    def unplug(self, name):
        self.monitor.command("device_del", id=f"{name}-adapter")

    def plug(self, name):
        driver, *properties = self._adapter(name)
        arguments = dict(entry.split("=") for entry in properties)
        arguments["always-plugged"] = True
        self.monitor.command("device_add", driver=driver, bus="usb.0", **arguments)

    def memory_mib(self):
        """What the system says of its memory: what is not available to programs, and all."""
        balloon = "/machine/peripheral/balloon"
        self.monitor.command("qom-set", path=balloon, property="guest-stats-polling-interval", value=1)

        def statistics():
            told = self.monitor.command("qom-get", path=balloon, property="guest-stats")
            return told["last-update"] and told["stats"]

        told = wait_until("the system's memory statistics", 60, statistics)
        total, available = told["stat-total-memory"], told["stat-available-memory"]
        return (total - available) >> 20, total >> 20

    def cut_power(self):
        """At once: nothing of what the system still holds in memory reaches the disk."""
        self._process.kill()
        for bridge in self._bridges.values():
            bridge.terminate()
            bridge.wait()
        self._process.wait()

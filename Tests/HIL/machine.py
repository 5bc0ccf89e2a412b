"""The box under test: QEMU with its disk, its devices, and the lines by which it is watched and handled."""
import json
import os
import subprocess
import time
from pathlib import Path

from terminal import Terminal
from waiting import Failure, connect, wait_until

# By the image's architecture: the emulator, its board and the firmware.
BOARDS = {
    "arm64": ["qemu-system-aarch64", "-M", "virt,gic-version=3", "-cpu", "max,pauth-impdef=on",
              "-bios", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"],
    "amd64": ["qemu-system-x86_64", "-M", "q35", "-cpu", "max", "-bios", "/usr/share/ovmf/OVMF.fd"],
}
# A keyboard's key for each character that is no letter; capital letters are typed with Shift.
KEYS = {**{digit: digit for digit in "0123456789"}, "-": "minus", "=": "equal", "/": "slash", ".": "dot", "\r": "ret"}


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

    def children(self, path):
        """Name and type of each part of the machine below `path`."""
        return {entry["name"]: entry["type"] for entry in self.command("qom-list", path=path)}

    def press(self, key, down):
        event = {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": key}}}
        self.command("input-send-event", events=[event])

    def chord(self, *keys):
        for key in keys:
            self.press(key, True)
            time.sleep(0.02)
        for key in reversed(keys):
            self.press(key, False)
            time.sleep(0.02)

    def type(self, text, seconds_between=0.03):
        """As a keyboard scanner does: the text, then Enter."""

        def press(key, down):
            self.press(key, down)
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


class Wires:
    """Levels on the pins of the board's GPIO chip, by QEMU's test protocol. Only a board by device tree has the chip."""

    def __init__(self, path, monitor):
        self._file = connect(path).makefile("rw")
        parts = monitor.children("/machine/unattached")
        chips = [name for name, kind in parts.items() if kind == "child<pl061>"]
        if len(chips) != 1:
            raise Failure(f"the board has {len(chips)} GPIO chips of the kind PL061 instead of one")
        self._chip = f"/machine/unattached/{chips[0]}"

    def set(self, line, level):
        self._file.write(f"set_irq_in {self._chip} unnamed-gpio-in {line} {level}\n")
        self._file.flush()
        answer = self._file.readline()
        if not answer.startswith("OK"):
            raise Failure(f"QEMU does not set line {line}: {answer.strip()}")


class Machine:
    """One life of the box, from power-on to power-off. `devices`: name to the pseudo-terminal of its stand-in. Beside them a stick and a
    network adapter of somebody else's are plugged in from the start; and with `stopped_clock` the board's own has no battery."""

    def __init__(self, folder, disk, architecture, devices, hostile_stick, by_device_tree=False, stopped_clock=False):
        self._folder = Path(folder)
        self.adapter_traffic = self._folder / "adapter.pcap"
        for name in ("console", "monitor", "wires"):
            (self._folder / f"{name}.sock").unlink(missing_ok=True)
        command = [
            *BOARDS[architecture], *(["-machine", "acpi=off"] if by_device_tree else []), "-accel", "tcg,thread=multi",
            "-smp", "2", "-m", "1024", "-display", "none", "-nodefaults", "-no-reboot",
            "-drive", f"file={disk},if=none,id=disk,format=raw,cache=writeback", "-device", "virtio-blk-pci,drive=disk,bootindex=1",
            "-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-rng-pci", "-device", "virtio-balloon-pci,id=balloon",
            "-device", "qemu-xhci,id=usb,p2=8,p3=8", "-device", "usb-kbd,id=scanner,serial=scanner0",
            "-drive", f"file={hostile_stick},if=none,id=hostile,format=raw,cache=writeback",
            "-device", "usb-storage,drive=hostile,id=hostile-stick,removable=on",
            # With a network behind it whose server gives addresses to whoever asks.
            "-netdev", "user,id=strange,net=192.168.77.0/24", "-device", "usb-net,netdev=strange,id=adapter",
            "-object", f"filter-dump,id=sniffer,netdev=strange,file={self.adapter_traffic}",
            "-qmp", self._socket("monitor"), "-qtest", self._socket("wires"), "-qtest-log", "/dev/null",
            "-serial", self._socket("console"),
        ]
        if stopped_clock:
            command += ["-rtc", "base=2001-01-01T00:00:00"]
        for name, terminal in devices.items():
            command += ["-chardev", f"serial,id={name},path={terminal}", "-device", ",".join(self._adapter(name))]
        self.powered_on = time.time()
        with (self._folder / "qemu.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_until("QEMU's sockets", 60, self._listens)
        self.monitor = Monitor(self._path("monitor"))

    def _path(self, name):
        return self._folder / f"{name}.sock"

    def _socket(self, name):
        return f"unix:{self._path(name)},server=on,wait=off"

    def _listens(self):
        if not self.is_on():
            raise Failure(f"QEMU ended: see {self._folder}/qemu.log")
        return all(self._path(name).exists() for name in ("console", "monitor", "wires"))

    def is_on(self):
        return self._process.poll() is None

    def terminal(self):
        """On the serial port; everything that it gets is in console.log."""
        return Terminal(self._path("console"), self._folder / "console.log")

    def wires(self):
        return Wires(self._path("wires"), self.monitor)

    @staticmethod
    def _adapter(name):
        # always-plugged: an adapter is there whether or not somebody talks on its other side.
        return ["usb-serial", f"id={name}", f"chardev={name}", f"serial={name}", "always-plugged=on"]

    def plug_adapter(self, name):
        properties = {"id": name, "chardev": name, "serial": name, "always-plugged": True}
        self.monitor.command("device_add", driver="usb-serial", bus="usb.0", **properties)

    def plug_keyboard(self, name):
        """It gets the keys that are pressed from now on, until it is unplugged."""
        self.monitor.command("device_add", driver="usb-kbd", bus="usb.0", id=name, serial=name)

    def press_power_button(self):
        """The board's own."""
        self.monitor.command("system_powerdown")

    def has_written_to_hostile_stick(self):
        """As whoever mounts a FAT file system does at once; the firmware only reads."""
        for drive in self.monitor.command("query-blockstats"):
            if drive.get("device") == "hostile":
                return drive["stats"]["wr_operations"] > 0
        return False

    def unplug(self, name):
        """Until the device is really gone."""
        self.monitor.command("device_del", id=name)
        wait_until(f"{name} is unplugged", 60, lambda: name not in self.monitor.children("/machine/peripheral"))

    def plug_stick(self, file):
        blocks = {"driver": "file", "filename": str(file)}
        self.monitor.command("blockdev-add", driver="raw", **{"node-name": "stick"}, file=blocks)
        self.monitor.command("device_add", driver="usb-storage", bus="usb.0", id="stick-drive", drive="stick", removable=True)

    def unplug_stick(self):
        self.unplug("stick-drive")
        wait_until("QEMU lets go of the stick's file", 60, self._forget_stick)

    def _forget_stick(self):
        try:
            self.monitor.command("blockdev-del", **{"node-name": "stick"})
        except Failure:
            return False
        return True

    def processor_seconds(self):
        """What QEMU has computed so far: as good a measure on a busy machine as on a quiet one."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

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
        self._process.wait()

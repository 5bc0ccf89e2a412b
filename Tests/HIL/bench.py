"""What is around the box: the riders' cards and the satellites (validator-rig), and the back office (validator-hub)."""
import json
import shutil
import socket
import subprocess
from pathlib import Path

from machine import Failure, wait_until

# Of the image's three partitions the first begins here.
BOOT_OFFSET = 1 << 20

VALIDATOR_TOML = """\
[device]
id = "-"
[platform]
base_url = "http://-"
[gps]
report_interval_s = 2
[[reader]]
id = "reader0"
device = "/dev/validator/reader0"
protocol = "pn532"
[[scanner]]
id = "scanner0"
device = "/dev/validator/scanner0"
protocol = "evdev"
inter_key_ms = 2000                  # an emulated processor is late
[indicators]
alsa_device = ""
[outbox]
backoff_max_s = 2
[log]
mask_cards = false
"""

# QEMU's serial adapters are all the same to udev's table, and its keyboard is no scanner to it.
DEVICE_RULES = """\
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="reader0", ENV{VALIDATOR_NAME}="reader0"
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="gps0", ENV{VALIDATOR_NAME}="gps0"
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_VENDOR_ID}=="0627", ENV{ID_INPUT_KEYBOARD}=="1", ENV{VALIDATOR_NAME}="scanner0"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    def __init__(self, programs, folder):
        self._programs = Path(programs)
        self.folder = Path(folder)
        self._port = free_port()
        self._hub = None
        (self.folder / "hub.toml").write_text(
            f'[server]\nlisten = "127.0.0.1:{self._port}"\n[database]\npath = "{self.folder}/hub.db"\n')
        (self.folder / "bench.scenario").write_text("reader reader0\nreceiver gps0\n")
        with (self.folder / "rig.log").open("ab") as log:
            self._rig = subprocess.Popen(
                [self._programs / "validator-rig", "--directory", self.folder, "--stay", self.folder / "bench.scenario"],
                stdin=subprocess.PIPE, stdout=log, stderr=log, text=True)
        self.devices = {name: self.folder / name for name in ("reader0", "gps0")}
        wait_until("the rig's devices", 20, lambda: all(path.is_symlink() for path in self.devices.values()))

    def close(self):
        for process in (self._rig, self._hub):
            if process and process.poll() is None:
                process.terminate()
                process.wait()

    def hub(self, command, *arguments):
        result = subprocess.run(
            [self._programs / "validator-hub", command, "--config", self.folder / "hub.toml", *arguments],
            stdout=subprocess.PIPE, text=True, check=True)
        return result.stdout

    def start_hub(self):
        with (self.folder / "hub.log").open("ab") as log:
            self._hub = subprocess.Popen(
                [self._programs / "validator-hub", "--config", self.folder / "hub.toml"], stdout=log, stderr=log)

        def listens():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self._port)) == 0

        wait_until("the hub listens", 30, listens)

    def stop_hub(self):
        self._hub.terminate()
        self._hub.wait()

    def records(self):
        """Card number or ticket, of each booking or log entry that the hub has taken."""
        return [record for record in json.loads(self.hub("records", "--json"))]

    def card(self, uid):
        self._step(f"card reader0 {uid}")

    def remove_card(self):
        self._step("remove reader0")

    def _step(self, text):
        if self._rig.poll() is not None:
            raise Failure(f"the rig ended: see {self.folder}/rig.log")
        self._rig.stdin.write(text + "\n")
        self._rig.stdin.flush()

    def make_disk(self, image):
        """A fresh box: the image as it was flashed, and what the workshop puts onto its boot partition."""
        disk = self.folder / "disk.img"
        subprocess.run(["cp", "--sparse=always", image, disk], check=True)
        files = {
            "validator-provision.toml": f'device_id = "HIL0001"\nbase_url = "http://10.0.2.2:{self._port}/api"\n'
            'platform_secret = "not for eyes"\napn = "cmiot"\n',
            "validator.toml": VALIDATOR_TOML,
            "69-validator-local.rules": DEVICE_RULES,
        }
        for name, text in files.items():
            subprocess.run(["mcopy", "-o", "-i", f"{disk}@@{BOOT_OFFSET}", "-", f"::{name}"], input=text, text=True, check=True)
        return disk

    def boot_files(self, disk):
        listing = subprocess.run(["mdir", "-b", "-i", f"{disk}@@{BOOT_OFFSET}", "::"], stdout=subprocess.PIPE, text=True, check=True)
        return listing.stdout.split()

    def remove(self):
        shutil.rmtree(self.folder)

"""What is around the box: the riders' cards and the satellites (validator-rig), and the back office (validator-hub)."""
import json
import shutil
import socket
import subprocess
from pathlib import Path

from waiting import Failure, wait_until

# Of the image's three partitions the first begins here.
BOOT_OFFSET = 1 << 20

DEVICE_ID = "HIL0001"
# Both may ride.
GOOD_CARD, OTHER_CARD = "04A2B3C4", "04D5E6F7"
SECRET = "not for eyes"

# A line of the GPIO chip on QEMU's board which nothing else uses.
IGNITION_LINE = 5
IGNITION_TOML = f"""\
[vehicle]
ignition = "gpiochip0:{IGNITION_LINE}"
ignition_off_delay_s = 90
ignition_off_max_s = 240
"""

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


def output(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise Failure(f"{command[0]} ended with {result.returncode}: {result.stderr.strip()}")
    return result.stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Bench:
    """`folder` takes everything that belongs to a run."""

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
        return output(self._programs / "validator-hub", command, "--config", self.folder / "hub.toml", *arguments)

    def fill_hub(self):
        """One card that may ride, and ticket keys; then it serves."""
        cards = self.folder / "cards.csv"
        cards.write_text(f"card_no,flag\n{GOOD_CARD},1\n{OTHER_CARD},1\n")
        self.hub("import-cards", str(cards))
        self.hub("rotate-keys")
        self.start_hub()

    def import_from_stick(self, name, text):
        file = self.folder / name
        file.write_text(text)
        self.hub("import-records", str(file))

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
        return json.loads(self.hub("records", "--json"))

    def last_report(self):
        """What the box told in its latest heartbeat."""
        devices = json.loads(self.hub("devices", "--json"))
        return next((device for device in devices if device["device_id"] == DEVICE_ID), {})

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
        self.disk = self.folder / "disk.img"
        # Of validator_VERSION_ARCHITECTURE.img.
        self.architecture = Path(image).stem.split("_")[-1]
        subprocess.run(["cp", "--sparse=always", image, self.disk], check=True)
        self.provision(VALIDATOR_TOML)
        self._copy_in(self._boot, "69-validator-local.rules", DEVICE_RULES)

    def provision(self, configuration):
        """In force from the next start on."""
        identity = (
            f'device_id = "{DEVICE_ID}"\nbase_url = "http://10.0.2.2:{self._port}/api"\n'
            f'platform_secret = "{SECRET}"\napn = "cmiot"\n')
        self._copy_in(self._boot, "validator.toml", configuration)
        self._copy_in(self._boot, "validator-provision.toml", identity)

    def boot_files(self):
        return self._list(self._boot)

    def was_ended_in_good_order(self):
        """Whether the data partition's journal is empty, as it is once it was unmounted."""
        partitions = json.loads(output("sfdisk", "--json", self.disk))["partitiontable"]["partitions"]
        start = next(partition["start"] for partition in partitions if partition.get("name") == "validator-data") * 512
        return "needs_recovery" not in output("dumpe2fs", "-h", f"{self.disk}?offset={start}")

    def make_stick(self):
        """A USB stick as it is sold: one partition, FAT."""
        self.stick = self.folder / "stick.img"
        with self.stick.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["sfdisk", "--quiet", self.stick], input="label: dos\nstart=1MiB, type=c\n", text=True, check=True)
        subprocess.run(["mkfs.vfat", "--offset", "2048", "-n", "STICK", self.stick], stdout=subprocess.DEVNULL, check=True)

    def stick_files(self):
        """Name to text, of what is on the stick."""
        volume = f"{self.stick}@@{1 << 20}"
        names = [name.removeprefix("::/") for name in self._list(volume)]
        return {name: output("mtype", "-i", volume, f"::{name}") for name in names}

    @property
    def _boot(self):
        return f"{self.disk}@@{BOOT_OFFSET}"

    @staticmethod
    def _list(volume):
        return output("mdir", "-b", "-i", volume, "::").split()

    @staticmethod
    def _copy_in(volume, name, text):
        subprocess.run(["mcopy", "-o", "-i", volume, "-", f"::{name}"], input=text, text=True, check=True)

    def remove(self):
        shutil.rmtree(self.folder)

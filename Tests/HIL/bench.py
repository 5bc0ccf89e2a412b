"""What is around the box: the riders' cards and the satellites (validator-rig), and the back office (validator-hub)."""
import hashlib
import json
import mmap
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
# The technician's, for the console.
PIN = "270518"
PASSPHRASE = "correct horse"

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
base_url = "http://10.0.2.2"
allow_plain = true                   # the virtual machine's own network
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
DEVICES = """\
device_reader0 = "serial=reader0"
device_gps0 = "serial=gps0"
device_scanner0 = "serial=scanner0"
"""

# What a box would say that obeyed the hostile stick.
HOSTILE = "the stick has the box"
HOSTILE_RULES = f"""SUBSYSTEM=="tty", RUN+="/bin/sh -c 'echo {HOSTILE} >/dev/console'"\n"""


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
        secret = self.folder / "platform.secret"
        secret.touch(0o600)
        secret.write_text(SECRET)
        (self.folder / "hub.toml").write_text(
            f'[server]\nlisten = "127.0.0.1:{self._port}"\n[database]\npath = "{self.folder}/hub.db"\n'
            f'[tokens]\nsecret_file = "{secret}"\n[devices]\nauthentication = "none"\nauto_register = true\n')
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

    def import_from_stick(self, name, content):
        file = self.folder / name
        file.write_bytes(content)
        passphrase = self.folder / "passphrase"
        passphrase.write_text(f"{PASSPHRASE}\n")
        # Nobody says that it is to be taken although nothing is proved: the box has proved itself under its secret.
        self.hub("import-records", str(file), "--passphrase-file", str(passphrase))

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
        self._copy_in(self._boot, "validator.toml", VALIDATOR_TOML)
        self._copy_in(self._boot, "validator-provision.toml", self._identity(DEVICE_ID))

    def provision(self, configuration):
        """Anew, in force from the next start on: with the proof that the hub makes."""
        identity = self._identity(DEVICE_ID)
        identity += f'validator_toml_sha256 = "{hashlib.sha256(configuration.encode()).hexdigest()}"\n'
        file = self.folder / "validator-provision.toml"
        file.write_text(identity)
        self._copy_in(self._boot, "validator.toml", configuration)
        self._copy_in(self._boot, "validator-provision.toml", identity + self.hub("provision-proof", DEVICE_ID, str(file)))

    def provision_without_proof(self):
        """What somebody writes who has the box's card, and not its secret."""
        self._copy_in(self._boot, "validator-provision.toml", self._identity("HOSTILE"))

    def _identity(self, device):
        return (
            f'device_id = "{device}"\nbase_url = "http://10.0.2.2:{self._port}/api"\n'
            f'platform_secret = "{SECRET}"\nconsole_pin = "{PIN}"\napn = "cmiot"\n{DEVICES}')

    def boot_files(self):
        return self._list(self._boot)

    def boot_file(self, name):
        return output("mtype", "-i", self._boot, f"::{name}")

    def box_devices(self):
        """The ids of all that the hub ever heard of."""
        return [device["device_id"] for device in json.loads(self.hub("devices", "--json"))]

    def _partitions(self):
        return json.loads(output("sfdisk", "--json", self.disk))["partitiontable"]["partitions"]

    def _data_partition(self):
        """Where it begins on the disk, in bytes, and how long it is."""
        found = next(partition for partition in self._partitions() if partition.get("name") == "validator-data")
        return found["start"] * 512, found["size"] * 512

    def data_holds(self, text):
        """Whether this text is on the data partition, in the journal above all."""
        start, size = self._data_partition()
        with self.disk.open("rb") as file, mmap.mmap(file.fileno(), start + size, access=mmap.ACCESS_READ) as content:
            return content.find(text, start) >= 0

    def kept_time(self):
        """Seconds since 1970, which the box goes on from when its clock has stopped."""
        start, size = self._data_partition()
        copy = self.folder / "data.img"
        with self.disk.open("rb") as disk, copy.open("wb") as file:
            disk.seek(start)
            for _ in range(size >> 20):
                piece = disk.read(1 << 20)
                if any(piece):
                    file.write(piece)
                else:
                    file.seek(len(piece), 1)
            file.truncate(size)
        # What lies in its journal only.
        subprocess.run(["e2fsck", "-p", copy], stdout=subprocess.DEVNULL)
        text = output("debugfs", "-R", "cat /clock", copy)
        copy.unlink()
        return int(text or 0)

    def make_hostile_stick(self):
        """A stick that says it is the box's disk: the names and identifiers of its partitions, an identity and rules of its own."""
        self.hostile_stick = self.folder / "hostile.img"
        self._hostile_boot = f"{self.hostile_stick}@@{BOOT_OFFSET}"
        sizes = {"validator-boot": 40, "validator-root": 8, "validator-data": 8}
        table, at = "label: gpt\n", 1
        with self.hostile_stick.open("wb") as file:
            file.truncate((sum(sizes.values()) + 2) << 20)
        for partition in self._partitions():
            size = sizes[partition["name"]]
            table += f"start={at}MiB, size={size}MiB, type={partition['type']}, name={partition['name']}, uuid={partition['uuid']}\n"
            at += size
        subprocess.run(["sfdisk", "--quiet", self.hostile_stick], input=table, text=True, check=True)
        output("mkfs.vfat", "--offset", "2048", "-n", "VALIDATOR", self.hostile_stick, str(sizes["validator-boot"] << 10))
        self._copy_in(self._hostile_boot, "validator-provision.toml", self._identity("HOSTILE"))
        self._copy_in(self._hostile_boot, "69-validator-local.rules", HOSTILE_RULES)
        data = self.folder / "hostile-data"
        for name, text in {
            "udev/69-validator-local.rules": HOSTILE_RULES, "configuration/provisioned": "now", "configuration/devices": "reader0 port=ttyS0",
            "configuration/validator.toml": VALIDATOR_TOML.replace('"-"', '"HOSTILE"'),
        }.items():
            (data / name).parent.mkdir(parents=True, exist_ok=True)
            (data / name).write_text(text)
        for offset, name, folder in ((41, "validator-root", self.folder / "hostile-root"), (49, "validator-data", data)):
            folder.mkdir(exist_ok=True)
            output("mke2fs", "-q", "-t", "ext4", "-L", name, "-E", f"offset={offset << 20}", "-d", folder, self.hostile_stick, "8M")

    def hostile_stick_files(self):
        return self._list(self._hostile_boot)

    def was_ended_in_good_order(self):
        """Whether the data partition's journal is empty, as it is once it was unmounted."""
        return "needs_recovery" not in output("dumpe2fs", "-h", f"{self.disk}?offset={self._data_partition()[0]}")

    def make_stick(self):
        """A USB stick as it is sold: one partition, FAT."""
        self.stick = self.folder / "stick.img"
        with self.stick.open("wb") as file:
            file.truncate(64 << 20)
        subprocess.run(["sfdisk", "--quiet", self.stick], input="label: dos\nstart=1MiB, type=c\n", text=True, check=True)
        subprocess.run(["mkfs.vfat", "--offset", "2048", "-n", "STICK", self.stick], stdout=subprocess.DEVNULL, check=True)

    def stick_files(self):
        """Name to content, of what is on the stick."""
        volume = f"{self.stick}@@{1 << 20}"
        names = [name.removeprefix("::/") for name in self._list(volume)]
        return {
            name: subprocess.run(
                ["mcopy", "-i", volume, f"::{name}", "-"], stdout=subprocess.PIPE, check=True).stdout
            for name in names
        }

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

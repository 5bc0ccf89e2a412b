"""The story that is played to a box, from its first boot on."""
import random
import re
import time

from bench import DEVICE_ID, GOOD_CARD, HOSTILE, IGNITION_LINE, IGNITION_TOML, OTHER_CARD, SECRET, VALIDATOR_TOML
from console import TAPS, Console
from machine import Machine
from waiting import Failure, wait_until

# By which a device on a network asks for an address (RFC 2131).
DHCP_COOKIE = b"\x63\x82\x53\x63"
# A busy machine emulates a boot in some minutes.
BOOT_SECONDS = 600
PATIENCE_SECONDS = 240


class Scenario:
    def __init__(self, bench, image, seed):
        self._bench = bench
        self._chance = random.Random(seed)
        self._started = time.monotonic()
        self._machine = None
        self._console = None
        # Each answered tap; the hub must have it once, whatever happens.
        self._answered = []
        bench.make_disk(image)
        bench.make_hostile_stick()
        bench.fill_hub()

    def say(self, text):
        print(f"{time.monotonic() - self._started:7.1f} s  {text}", flush=True)

    # What the parts of the story are made of.

    def power_on(self, by_device_tree=False, stopped_clock=False):
        self._machine = Machine(
            self._bench.folder, self._bench.disk, self._bench.architecture, self._bench.devices, self._bench.hostile_stick,
            by_device_tree, stopped_clock)
        self._console = Console(self._machine.terminal())

    def await_boot(self):
        """Until the console's menu is there. It begins in Chinese."""
        self._console.await_menu(BOOT_SECONDS)

    def cut_power(self):
        if self._machine:
            self._machine.cut_power()
            self._machine = None

    def tap(self, uid=None):
        """On the console's page of live taps: a card is put on the reader until the answer is shown."""
        uid = uid or self._new_card()
        self._bench.card(uid)
        self._await_tap(uid)
        self._bench.remove_card()

    def _await_tap(self, uid):
        self._console.shows(rf"{uid}\b", PATIENCE_SECONDS)
        self._answered.append(uid)

    def _new_card(self):
        return "04" + "".join(self._chance.choice("0123456789ABCDEF") for _ in range(6))

    def await_records(self, subjects):
        def have_all():
            received = {record["subject"] for record in self._bench.records()}
            return all(subject in received for subject in subjects)

        wait_until(f"the hub has {len(subjects)} records", PATIENCE_SECONDS, have_all)

    # The short form.

    def first_boot(self):
        # The rider waits already.
        self._bench.card(GOOD_CARD)
        self.power_on()
        self.await_boot()
        self.say("the technician's console is up on the serial line")
        self._console.open("1", TAPS)
        self._await_tap(GOOD_CARD)
        seconds, computed = time.time() - self._machine.powered_on, self._machine.processor_seconds()
        self.say(f"first answered tap {seconds:.0f} s after power-on; QEMU computed for {computed:.0f} s")
        self._bench.remove_card()
        self.await_records([GOOD_CARD])
        self.say("provisioned, in touch with the hub, and the tap is there")
        if "::/validator-provision.toml" in self._bench.boot_files():
            raise Failure("the provisioning file is still on the boot partition")
        self.say("the provisioning file is gone from the boot partition")
        self._console.back()
        self._console.change_language()
        wait_until("the hub knows where the bus is", PATIENCE_SECONDS, self._is_in_place)
        self._console.look_at_position()
        self.say("the hub knows where the bus is, and the box has its time from the satellites")
        self.say("memory in use: {} of {} MiB".format(*self._machine.memory_mib()))

    def strangers(self):
        """What somebody plugged in who stands before the box, from the start or now, is of no use to them."""
        wait_until("the box sees the hostile stick", PATIENCE_SECONDS, self._machine.has_written_to_hostile_stick)
        self._refuses_the_stick()
        self.say("a stick with the names and identifiers of the box's partitions gave it neither identity nor rules")
        self._console.look_at_network()
        if DHCP_COOKIE in self._machine.adapter_traffic.read_bytes():
            raise Failure("the box asked the network behind a foreign adapter for an address")
        self.say("an adapter with a network behind it was not used")
        self._console.look_at_lock()
        self.say("the console asks for the PIN")
        self._machine.unplug("hostile-stick")
        self._machine.plug_keyboard("stranger")
        monitor = self._machine.monitor
        # The first may come before the system has taken note of the keyboard.
        for _ in range(3):
            time.sleep(3)
            self._machine.press_power_button()
            monitor.chord("power")
            monitor.chord("alt", "sysrq", "b")
            for _ in range(8):
                monitor.chord("ctrl", "alt", "delete")
        self._machine.unplug("stranger")

    def _refuses_the_stick(self):
        files = self._bench.hostile_stick_files()
        if "::/validator-provision.toml" not in files or "::/validator-provision.error.txt" in files:
            raise Failure(f"the box took the stick for its boot partition; it holds {files}")
        if self._bench.box_devices() != [DEVICE_ID]:
            raise Failure(f"the hub knows {self._bench.box_devices()}")
        if HOSTILE.encode() in (self._bench.folder / "console.log").read_bytes():
            raise Failure("the box obeyed the stick's rules")

    def await_notes_of_keys(self):
        """Nothing has happened, but the keys arrived: systemd notes that it must not obey, and the journal reaches the disk."""
        wait_until(
            "the journal tells of the keyboard's Ctrl-Alt-Del", PATIENCE_SECONDS,
            lambda: self._bench.data_holds(b"Unit ctrl-alt-del.target is masked"))
        self.say("a keyboard's SysRq, Ctrl-Alt-Del and power key, and the board's, were pressed and did nothing")

    def _refuses_without_proof(self):
        if "validator-hub provision-proof" not in self._bench.boot_file("validator-provision.error.txt"):
            raise Failure("a provisioning file without a proof was not refused")
        self.say("another provisioning file without a proof was refused")

    def _is_in_place(self):
        """Within a kilometre of the circle's centre."""
        report = self._bench.last_report()
        return abs(report.get("lat", 0) - 31.2304) < 0.01 and abs(report.get("lng", 0) - 121.4737) < 0.01

    def scan(self):
        ticket = self._bench.hub("print-ticket", "--card", GOOD_CARD, "--lifetime-s", "3600").strip()
        self._console.open("1", TAPS)
        self._machine.monitor.type(ticket)
        self._console.shows(re.escape(ticket[-12:]))
        self._console.back()
        self.await_records([ticket])
        self.say("a ticket was scanned, answered and sent")

    def cut_in_mid_write(self):
        """Riders tap while the hub is away; the power goes at some moment of the next rider's tap."""
        self._bench.stop_hub()
        before = len(self._answered)
        self._console.open("1", TAPS)
        for _ in range(self._chance.randint(2, 5)):
            self.tap()
            time.sleep(0.5)
        self._bench.card(self._new_card())
        time.sleep(self._chance.uniform(0, 0.6))
        self.cut_power()
        if not -60 < time.time() - self._bench.kept_time() < 3600:
            raise Failure(f"the box kept the time {self._bench.kept_time()}, now {time.time():.0f}")
        self._bench.remove_card()
        self.say(f"power cut after {len(self._answered) - before} answered taps that the hub has not seen")
        self._bench.start_hub()
        self._bench.provision_without_proof()
        self.power_on(stopped_clock=True)
        self.await_boot()
        self.await_records(self._answered)
        self.say("every answered tap is with the hub")
        self._refuses_without_proof()
        self._refuses_the_stick()

    def check_books(self):
        seen = {}
        for record in self._bench.records():
            if record["check_mode"] != 0:
                key = (record["call"], record["subject"])
                seen[key] = seen.get(key, 0) + 1
        twice = [key for key, count in seen.items() if count > 1]
        if twice:
            raise Failure(f"recorded more than once: {twice}")
        self.say(f"{len(self._answered)} answered taps, each with the hub, none twice")

    # What more there is.

    def console(self):
        self._bench.card(OTHER_CARD)
        self._console.look_at_devices(OTHER_CARD)
        self._bench.remove_card()
        self._console.look_at_pages()
        self._console.test_itself()
        self._console.change_report_interval(30)
        self._await_rare_reports()
        self.say("each page of the console shows what it ought to; a setting was changed")
        self._console.survive_noise(self._chance)
        self.say("the menu works after noise on the line")
        self._console.restart_validator()
        self._console.open("1", TAPS)
        self.tap()
        self._console.back()
        self.say("the validator was restarted; the next tap was answered")

    def _await_rare_reports(self):
        """The latest two heartbeats lie further apart than they did."""
        times = [self._bench.last_report()["last_heartbeat_at_ms"]]

        def are_rare():
            latest = self._bench.last_report()["last_heartbeat_at_ms"]
            if latest != times[-1]:
                times.append(latest)
            return len(times) > 2 and times[-1] - times[-2] > 20_000

        wait_until("a setting shows its effect at the hub", PATIENCE_SECONDS, are_rare)

    def replug(self):
        self._console.open("1", TAPS)
        self._machine.unplug("reader0")
        time.sleep(3)
        self._machine.plug_adapter("reader0")
        plugged = time.monotonic()
        self.tap()
        self.say(f"the reader was unplugged and plugged in; the next tap was answered {time.monotonic() - plugged:.1f} s later")
        self._console.back()

    def stick(self):
        """A report, and the records of a box that does not reach its hub."""
        self._bench.make_stick()
        self._machine.plug_stick(self._bench.stick)
        folder = self._console.save_report()
        self._bench.stop_hub()
        self._console.open("1", TAPS)
        self.tap()
        self._console.back()
        carried = self._answered[-1]
        self._console.collect_records(folder)
        self._machine.unplug_stick()
        files = self._bench.stick_files()
        reports = [content.decode() for name, content in files.items() if name.endswith(".txt")]
        collections = [name for name in files if name.endswith(".sealed")]
        if len(reports) != 1 or DEVICE_ID not in reports[0] or SECRET in reports[0]:
            raise Failure(f"the stick has not just one good report: {list(files)}")
        if len(collections) != 1:
            raise Failure(f"the stick has not just one file of records: {list(files)}")
        if GOOD_CARD.encode() in files[collections[0]]:
            raise Failure("the stick shows a card number to whoever finds it")
        self._bench.import_from_stick(collections[0], files[collections[0]])
        self.await_records([carried])
        self._bench.start_hub()
        self.say("a USB stick took a diagnostics report to the workshop and a tap's record to the hub")

    def provision(self):
        self.cut_power()
        self._bench.provision(VALIDATOR_TOML)
        self.power_on()
        self.await_boot()
        self._console.change_language()
        self._console.open("1", TAPS)
        self.tap()
        self._console.back()
        self.await_records(self._answered)
        if {"::/validator-provision.toml", "::/validator.toml", "::/validator-provision.error.txt"} & set(self._bench.boot_files()):
            raise Failure(f"the proven provisioning file was not taken: {self._bench.boot_files()}")
        self.say("the box was provisioned anew, by a file that proved itself")

    def ignition(self):
        """On a board by device tree, which has a chip with GPIO lines."""
        self.cut_power()
        self._bench.provision(VALIDATOR_TOML + IGNITION_TOML)
        self.power_on(by_device_tree=True)
        wires = self._machine.wires()
        wires.set(IGNITION_LINE, 1)
        self.await_boot()
        self._console.change_language()
        self._console.open("v", "Modem and vehicle")
        self._console.shows("^ignition +on$", PATIENCE_SECONDS)
        wires.set(IGNITION_LINE, 0)
        self._console.shows(r"^ignition +off\nshuts down in +\d")
        wires.set(IGNITION_LINE, 1)
        self._console.shows(r"^ignition +on\nshuts down in +-$")
        self._console.back()
        self.say("the ignition was seen going off and coming back")
        self._bench.stop_hub()
        self._console.open("1", TAPS)
        wires.set(IGNITION_LINE, 0)
        self.tap()
        wait_until("the box switches itself off", BOOT_SECONDS, lambda: not self._machine.is_on())
        self._machine = None
        if not self._bench.was_ended_in_good_order():
            raise Failure("the data partition was not unmounted")
        self._bench.start_hub()
        self.power_on()
        self.await_boot()
        self.await_records(self._answered)
        self.say("the ignition stayed off: riders were served, the box shut down in good order and kept its unsent record")

#!/usr/bin/env python3
"""hil.py PROGRAMS IMAGE [--cuts N] [--replug]: plays riders, satellites and power cuts to an image of the box in QEMU.

PROGRAMS is the folder of validator-rig and validator-hub. Exit code 0 when everything that the box promises was seen.
"""
import argparse
import random
import signal
import sys
import tempfile
import time

from bench import Bench
from machine import Failure, Machine, wait_until

# A busy machine emulates a boot in a minute or so.
BOOT_SECONDS = 400
GOOD_CARD = "04A2B3C4"


class Scenario:
    def __init__(self, bench, image, seed):
        self._bench = bench
        self._chance = random.Random(seed)
        self._disk = bench.make_disk(image)
        self._started = time.monotonic()
        self._machine = None
        # Each answered tap; the hub must have it once, whatever happens.
        self._answered = []

    def say(self, text):
        print(f"{time.monotonic() - self._started:7.1f} s  {text}", flush=True)

    def power_on(self):
        self._machine = Machine(self._bench.folder, self._disk, self._bench.devices)

    def cut_power(self):
        if self._machine:
            self._machine.cut_power()
            self._machine = None

    def open_taps_page(self):
        """Of the technician's console, on the serial line."""
        console = self._machine.console
        console.expect(r"(?m)1  (实时刷卡|Live taps|\S+)[\s\S]*q  ", BOOT_SECONDS)
        console.type("1")

    def tap(self, uid, seconds=180):
        """A card is put on the reader until the console shows the answer."""
        self._bench.card(uid)
        self._machine.console.expect(uid, seconds)
        self._answered.append(uid)
        self._bench.remove_card()

    def first_boot(self):
        # The rider waits already.
        self._bench.card(GOOD_CARD)
        self.power_on()
        self.open_taps_page()
        self.say("the technician's console is up on the serial line")
        self._machine.console.expect(GOOD_CARD, 120)
        self._answered.append(GOOD_CARD)
        self.say(f"first answered tap {time.time() - self._machine.powered_on:.0f} s after power-on")
        self._bench.remove_card()
        self.await_records([GOOD_CARD], 120)
        self.say("provisioned, in touch with the hub, and the tap is there")
        if "::/validator-provision.toml" in self._bench.boot_files(self._disk):
            raise Failure("the provisioning file is still on the boot partition")
        self.say("the provisioning file is gone from the boot partition")
        self.say("memory in use: {} of {} MiB".format(*self._machine.memory_mib()))

    def await_records(self, subjects, seconds):
        def have_all():
            received = {record["subject"] for record in self._bench.records()}
            return all(subject in received for subject in subjects)

        wait_until(f"the hub has {len(subjects)} taps", seconds, have_all)

    def scan(self):
        ticket = self._bench.hub("print-ticket", "--card", GOOD_CARD, "--lifetime-s", "3600").strip()
        self._machine.monitor.type(ticket)
        self._machine.console.expect(ticket[-12:], 60)
        self.await_records([ticket], 60)
        self.say("a ticket was scanned, answered and sent")

    def replug(self):
        self._machine.unplug("reader0")
        time.sleep(3)
        self._machine.plug("reader0")
        self.tap(self.new_card())
        self.say("the reader was unplugged and plugged in again; the next tap was answered")

    def new_card(self):
        return "04" + "".join(self._chance.choice("0123456789ABCDEF") for _ in range(6))

    def cut_in_mid_write(self):
        """Riders tap while the hub is away; the power goes at some moment of the next rider's tap."""
        self._bench.stop_hub()
        before = len(self._answered)
        for _ in range(self._chance.randint(2, 5)):
            self.tap(self.new_card())
            time.sleep(0.5)
        self._bench.card(self.new_card())
        time.sleep(self._chance.uniform(0, 0.6))
        self.cut_power()
        self._bench.remove_card()
        self.say(f"power cut after {len(self._answered) - before} answered taps that the hub has not seen")
        self._bench.start_hub()
        self.power_on()
        self.open_taps_page()
        self.await_records(self._answered, 180)
        self.say("every answered tap is with the hub")

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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("image")
    parser.add_argument("--cuts", type=int, default=1)
    parser.add_argument("--replug", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    bench = Bench(arguments.programs, tempfile.mkdtemp(prefix="validator-hil."))
    scenario = None
    try:
        (bench.folder / "cards.csv").write_text(f"card_no,flag\n{GOOD_CARD},1\n")
        bench.hub("import-cards", str(bench.folder / "cards.csv"))
        bench.hub("rotate-keys")
        bench.start_hub()
        scenario = Scenario(bench, arguments.image, arguments.seed)
        scenario.first_boot()
        scenario.scan()
        if arguments.replug:
            scenario.replug()
        for _ in range(arguments.cuts):
            scenario.cut_in_mid_write()
        scenario.check_books()
    except Failure as failure:
        print(f"hil: {failure}\nThe run's files, logs included, are in {bench.folder}", file=sys.stderr)
        return 1
    finally:
        if scenario:
            scenario.cut_power()
        bench.close()
    bench.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())

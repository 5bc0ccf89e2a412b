#!/usr/bin/env python3
"""hil.py PROGRAMS IMAGE [OPTION...]: plays riders, satellites, a technician and power cuts to an image of the box in QEMU.

PROGRAMS is the folder of validator-rig and validator-hub. Exit code 0 when everything that the box promises was seen.
"""
import argparse
import signal
import sys
import tempfile

from bench import Bench
from scenario import Scenario
from waiting import Failure

PARTS = {
    "console": "each page of the technician's console, a disturbed line, a restart",
    "replug": "the reader is pulled out and plugged in again",
    "stick": "report and records onto a USB stick",
    "provision": "the box is provisioned anew, with the hub's proof",
    "ignition": "the ignition is switched off, and the box with it",
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs")
    parser.add_argument("image")
    for name, text in PARTS.items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    parser.add_argument("--cuts", type=int, default=None, metavar="N", help="power cuts: 1, and 20 with --long")
    parser.add_argument("--long", action="store_true", help="all of it")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    options = arguments()
    cuts = options.cuts if options.cuts is not None else 20 if options.long else 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    bench = Bench(options.programs, tempfile.mkdtemp(prefix="validator-hil."))
    scenario = None
    try:
        scenario = Scenario(bench, options.image, options.seed)
        scenario.first_boot()
        scenario.strangers()
        scenario.scan()
        scenario.await_notes_of_keys()
        for name in PARTS:
            if options.long or getattr(options, name):
                getattr(scenario, name)()
        for _ in range(cuts):
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

#!/usr/bin/env python3
"""balance.py FOLDER [KILLS]: holds what the riders saw against what the hub received, and prints both as a table.

FOLDER holds `outcomes.jsonl` (the rig's), `validatord.log` and `records.json` (`validator-hub records --json --whole-codes`). A tap's
label may end with the box's reason for it in brackets. The books
balance when each tap that was answered stands in the hub's log exactly once, each accepted one is booked exactly once,
and the hub has nothing else. With KILLS, the box must have been killed that often, and each card tapped once.
"""
import json
import re
import sys
from collections import Counter
from pathlib import Path

LOG_CALLS = {"card_check_log", "offline_qrcode_log"}
BOOKING_CALLS = {"card_check", "ticket_check"}
LIGHTS = {"accepted": {"green"}, "refused": {"red"}, "repeated": {"green", "red"}}


def read_events(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def read_decisions(path):
    """The box's own account: a line for each answer, in their order."""
    lines = re.findall(r"\bdecision (reader=.*)", path.read_text(errors="replace"))
    return [dict(re.findall(r"(\w+)=(\S+)", line)) for line in lines]


def match(outcomes, decisions, was_killed):
    """The decision that belongs to each light; None for a light whose box was killed before it wrote the line."""
    if not was_killed:
        return decisions[:len(outcomes)] + [None] * (len(outcomes) - len(decisions))
    by_card = {decision["card"]: decision for decision in decisions}
    return [by_card.get(outcome["subject"]) for outcome in outcomes]


def shortened(text):
    return text if len(text) <= 16 else f"{text[:7]}...{text[-6:]}"


def row(number, tap, light, outcome, reason, record, log, booking):
    print(f"{number:>3}  {tap:<56.56} {light:<6} {outcome:<9} {reason:<18} {record:<13} {log:>4} {booking:>8}".rstrip())


def balance(folder, kills):
    events = read_events(folder / "outcomes.jsonl")
    outcomes = [e for e in events if e["event"] == "outcome" and e["source"] and e["seen"] != "none"]
    decisions = read_decisions(folder / "validatord.log")
    records = json.loads((folder / "records.json").read_text())
    logs = Counter(record["req_id"] for record in records if record["call"] in LOG_CALLS)
    logs_of = Counter(record["subject"] for record in records if record["call"] in LOG_CALLS)
    bookings_of = Counter(record["subject"] for record in records if record["call"] in BOOKING_CALLS)
    mistakes = []

    if not kills and len(outcomes) != len(decisions):
        mistakes.append(f"{len(outcomes)} lights, but {len(decisions)} decisions in the box's log")
    killed = sum("signal 9" in event.get("text", "") for event in events)
    if killed != kills:
        mistakes.append(f"the box was killed {killed} times, not {kills}")

    print()
    row("", "tap", "light", "outcome", "reason", "record", "log", "booking")
    taps_of, rides_of = Counter(), Counter()
    for number, (outcome, decision) in enumerate(zip(outcomes, match(outcomes, decisions, kills > 0)), 1):
        subject, light = outcome["subject"], outcome["seen"]
        decision = decision or {"outcome": "", "reason": "", "record": ""}
        told, record = decision["outcome"], decision["record"]
        # After a kill, the answer to a tap that had been recorded already: that is the tap's first light.
        is_new = told != "repeated" or kills > 0
        taps_of[subject] += is_new
        rides_of[subject] += is_new and light == "green"
        label, _, reason = outcome["label"].rstrip(")").partition(" (")
        if reason and decision["reason"] != reason:
            mistakes.append(f"tap {number}: {decision['reason']}, not {reason}")
        if told and light not in LIGHTS[told]:
            mistakes.append(f"tap {number}: {light} light, but {told}")
        if record and logs[record] != 1:
            mistakes.append(f"tap {number}: its record {record} stands {logs[record]} times in the hub's log")
        # Which booking belongs to which tap of one card does not show; they are counted below.
        booking = "yes" if bookings_of[subject] >= rides_of[subject] else "MISSING"
        row(number, f"{label}: {shortened(subject)}", light, told, decision["reason"], record[-12:],
            (logs[record] if record else logs_of[subject]) if is_new else "", booking if is_new and light == "green" else "")

    for subject in taps_of.keys() | logs_of.keys() | bookings_of.keys():
        if logs_of[subject] != taps_of[subject]:
            mistakes.append(f"{shortened(subject)}: {taps_of[subject]} taps, {logs_of[subject]} logs at the hub")
        if bookings_of[subject] != rides_of[subject]:
            mistakes.append(f"{shortened(subject)}: {rides_of[subject]} rides, {bookings_of[subject]} bookings at the hub")
        if kills and taps_of[subject] != 1:
            mistakes.append(f"{shortened(subject)}: answered {taps_of[subject]} times")
    if not outcomes:
        mistakes.append("no tap was answered")

    again = sum(record["duplicates"] for record in records)
    print(f"\n{len(outcomes)} taps answered; the hub has {sum(logs_of.values())} logs and {sum(bookings_of.values())} bookings, "
          f"and recognised {again} that came again.")
    for mistake in mistakes:
        print("WRONG:", mistake)
    print("The books do not balance." if mistakes else "The books balance: none lost, none double.")
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(balance(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))

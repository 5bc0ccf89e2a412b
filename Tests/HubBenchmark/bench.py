#!/usr/bin/env python3
"""Measures validator-hub against its probes, and prints the table that docs/benchmarks.md explains.

usage: bench.py BIN [ROUNDS]: BIN is the folder of the release programs validator-hub, validator-rig and hub-probe.
PostgreSQL must be installed; what Python needs is fetched into .build/hub-benchmark-venv. Exit code 1 when a goal is missed."""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
SECONDS = 5
CONNECTIONS = 64
BOXES = 2000
# What a batch of the hub has with as many connections: those of one half wait while the other half is written.
BATCH = CONNECTIONS // 2
BARE_ROWS = 64_000
CARDS = 1_000_000
FLEET_SECONDS = 30
KINDS = ("heartbeats", "records")


class Workplace:
    """A folder on the disk where the run takes place, and the programs that it has started; both are gone at its end."""

    def __init__(self):
        # Not in /tmp, which may be memory: syncs must reach a medium.
        self.folder = pathlib.Path(".build").resolve() / f"benchmarks-hub-{os.getpid()}"
        self.folder.mkdir(parents=True)
        self.programs = []

    def __enter__(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: sys.exit(128 + number))
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.send_signal(signal.SIGINT)
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, name, command, **options):
        log = open(self.folder / f"{name}.log", "ab")
        program = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        self.programs.append(program)
        return program

    def log(self, name):
        return (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]

    def wait_for_port(self, name, program, port):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and program.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit(f"{name} does not listen:\n{self.log(name)}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processor_seconds(program):
    """Of user and system, of the process and of its children that live."""
    pids, ticks = [program.pid], 0
    while pids:
        pid = pids.pop()
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
        pids += map(int, children)
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_megabytes(program):
    status = pathlib.Path(f"/proc/{program.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class PostgreSQL:
    """A server of its own, with Debian's settings: a commit is on disk when it is acknowledged."""

    def __init__(self, work):
        programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not programs:
            sys.exit("PostgreSQL is missing: run make bench ONLY=hub, or board/setup.sh postgresql")
        self.folder, self.port = work.folder / "postgresql", free_port()
        self.folder.mkdir()
        # It does not run as root.
        options = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        data = self.folder / "data"
        subprocess.run(
            [programs[-1] / "initdb", "--pgdata", data, "--username", "bench", "--auth", "trust", "--encoding", "UTF8", "--locale", "C"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **options)
        command = [programs[-1] / "postgres", "-D", data, "-p", str(self.port), "-k", self.folder, "-c", "listen_addresses=127.0.0.1"]
        program = work.start("postgresql", command, cwd=self.folder, **options)
        work.wait_for_port("postgresql", program, self.port)
        self.client = [programs[-1] / "psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "bench", "-q"]

    def make_database(self, name):
        deadline = time.monotonic() + 60
        while subprocess.run([*self.client, "-c", f"CREATE DATABASE {name}", "postgres"], stderr=subprocess.DEVNULL).returncode:
            if time.monotonic() > deadline:
                sys.exit("PostgreSQL does not start")
            time.sleep(0.1)
        return f"bench@127.0.0.1:{self.port}/{name}"


class Hub:
    """A running validator-hub; `address` of a PostgreSQL database, or None for SQLite."""

    def __init__(self, work, binaries, name, address=None, more=""):
        self.program_file, self.port = binaries / "validator-hub", free_port()
        self.configuration = work.folder / f"{name}.toml"
        database = f'url = "postgresql://{address}"' if address else f'path = "{work.folder}/{name}/hub.db"'
        server = f'[server]\nlisten = "127.0.0.1:{self.port}"\n[log]\nlevel = "warning"\n[database]\n{database}\n'
        server += more
        devices = '[devices]\nauto_register = true\nmax = 100000\n'
        # Boxes of a benchmark have no secrets.
        self.is_known = any(self.accepts(server + devices + more) for more in ('authentication = "none"\n', ""))
        if self.is_known:
            self.process = work.start(name, [self.program_file, "--config", self.configuration])
            work.wait_for_port(name, self.process, self.port)

    def accepts(self, text):
        self.configuration.write_text(text)
        return self.run("devices", "--json").returncode != 78

    def run(self, *arguments, **options):
        return subprocess.run([self.program_file, *arguments, "--config", self.configuration], capture_output=True, **options)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/api"


def colleague(work, address):
    environment = pathlib.Path(".build/hub-benchmark-venv")
    python = environment / "bin" / "python"
    requirements = HERE / "Colleague" / "requirements.txt"
    if subprocess.run([python, "-c", "import fastapi, psycopg, sqlalchemy, uvicorn, uvloop"], stderr=subprocess.DEVNULL).returncode \
            if python.exists() else True:
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements], check=True)
    settings = {**os.environ, "DATABASE_URL": f"postgresql+psycopg://{address}", "PYTHONPATH": str(HERE / "Colleague"),
                "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([python, "-c", "from colleague import Base, engine; Base.metadata.create_all(engine)"], env=settings, check=True)
    port = free_port()
    program = work.start(
        "colleague",
        [python, "-m", "uvicorn", "colleague:app", "--port", str(port), "--workers", str(os.cpu_count()), "--no-access-log"],
        env=settings)
    work.wait_for_port("colleague", program, port)
    url = f"http://127.0.0.1:{port}"
    # Its workers come up later than its port.
    urllib.request.urlopen(f"{url}/docs", timeout=60).read()
    return program, f"{url}/api"


def fleet(work, binaries, url, *options):
    """Plays a fleet, and returns its report."""
    report = work.folder / "report.json"
    command = [binaries / "validator-rig", "fleet", "--url", url, "--json", report, *map(str, options)]
    outcome = subprocess.run(command, capture_output=True, text=True)
    if not report.exists():
        sys.exit(f"the fleet does not run: {outcome.stdout}{outcome.stderr}")
    result = json.loads(report.read_text())
    report.unlink()
    return result


def flood(work, binaries, program, url, kind):
    """The rate, and the processor time of a request in microseconds."""
    before = processor_seconds(program)
    report = fleet(
        work, binaries, url, "--flood", kind, "--boxes", BOXES, "--connections", CONNECTIONS, "--seconds", SECONDS)
    calls = report["calls"].values()
    answered = sum(call["answered"] for call in calls)
    if answered == 0 or any(call["failures"] or call["refused"] for call in calls):
        sys.exit(f"{url} fails: {report['calls']}")
    took = processor_seconds(program) - before
    return answered / (report["seconds"] + report["drain_seconds"]), took * 1e6 / answered


def short(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Table:
    def __init__(self):
        self.missed = 0
        print(machine())
        print("claim | measured | probe | figure | goal | verdict", flush=True)

    def row(self, claim, measured, probe, figure, goal=None):
        """`goal` is `(">=" or "<=", bound)`."""
        if goal is None:
            cells = ["-", "-"]
        else:
            met = figure >= goal[1] if goal[0] == ">=" else figure <= goal[1]
            self.missed += not met
            cells = [f"{goal[0]} {goal[1]}", "ok" if met else "MISSED"]
        print(" | ".join([claim, measured, probe, short(figure), *cells]), flush=True)


def machine():
    processor = pathlib.Path("/proc/cpuinfo").read_text().partition("model name")[2].partition(":")[2].partition("\n")[0].strip()
    load = " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3])
    return f"{processor}, {os.cpu_count()} processors; Linux {os.uname().release}; load {load}"


def bare_commit(work, binaries, kind):
    command = [binaries / "hub-probe", "commit", work.folder, kind, str(BARE_ROWS), str(BATCH)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare(work, binaries, table, rounds, database):
    """Hub, bare probes and colleague in turn, so that a neighbour's load hits all of them."""
    subjects = {"sqlite": Hub(work, binaries, "sqlite"), "postgresql": Hub(work, binaries, "pq", database.make_database("hub"))}
    hubs = {name: (hub.process, hub.url) for name, hub in subjects.items() if hub.is_known}
    port = free_port()
    bare = work.start("bare", [binaries / "hub-probe", "serve", str(port)])
    work.wait_for_port("bare", bare, port)
    servers = hubs | {"bare": (bare, f"http://127.0.0.1:{port}/api"), "colleague": colleague(work, database.make_database("colleague"))}
    for kind in KINDS:
        rates, costs, commits = {name: [] for name in servers}, {name: [] for name in servers}, []
        for _ in range(rounds):
            for name, (program, url) in servers.items():
                rate, cost = flood(work, binaries, program, url, kind)
                rates[name].append(rate)
                costs[name].append(cost)
            commits.append(bare_commit(work, binaries, kind))
        middle = statistics.median
        for name, title, goal in (("sqlite", "SQLite", 20), ("postgresql", "PostgreSQL", 10)):
            if name not in hubs:
                print(f"{kind} on {title}: this hub does not know [database] url | - | - | - | - | -")
                continue
            table.row(
                f"{kind} on {title}, a second (probe: FastAPI, SQLAlchemy and PostgreSQL)", f"{short(middle(rates[name]))}/s",
                f"{short(middle(rates['colleague']))}/s",
                middle(mine / theirs for mine, theirs in zip(rates[name], rates["colleague"])), (">=", goal))
        sums = [server + commit for server, commit in zip(costs["bare"], commits)]
        table.row(
            f"{kind} on SQLite, processor time each (probe: bare Hummingbird and a bare group commit)",
            f"{short(middle(costs['sqlite']))} us", f"{short(middle(costs['bare']))} + {short(middle(commits))} us",
            middle(mine / least for mine, least in zip(costs["sqlite"], sums)), ("<=", 2.0))
    for name in hubs:
        hubs[name][0].terminate()
        hubs[name][0].wait()


def cards_file(work):
    cards = work.folder / "cards.csv"
    if not cards.exists():
        cards.write_text("".join(f"04{number:010X},1\n" for number in range(CARDS)))
    return cards


def play(work, binaries, table, name, title, boxes, address=None):
    """A city's fleet for half a minute, beside its hub on the same machine."""
    hub = Hub(work, binaries, f"fleet-{name}", address)
    if not hub.is_known:
        print(f"{boxes} boxes on {title}: this hub does not know [database] url | - | - | - | - | -")
        return
    cards, ledger, records = cards_file(work), work.folder / "ledger.jsonl", work.folder / "records.json"
    imported = hub.run("import-cards", cards, "--replace")
    if imported.returncode:
        sys.exit(f"import-cards: {imported.stderr.decode()[:500]}")
    share = boxes / 20_000
    before = processor_seconds(hub.process)
    report = fleet(
        work, binaries, hub.url, "--boxes", boxes, "--connections", CONNECTIONS, "--seconds", FLEET_SECONDS, "--taps-per-s",
        420 * share, "--checks-per-s", 420 * share, "--cards", cards, "--ledger", ledger)
    took = processor_seconds(hub.process) - before
    checks, beats = report["calls"]["check"], report["calls"]["heartbeat"]
    records.write_bytes(hub.run("records", "--json", "--whole-codes").stdout)
    verification = subprocess.run(
        [binaries / "validator-rig", "fleet", "--verify", ledger, "--records", records], capture_output=True, text=True)
    claim = f"{boxes} boxes on {title} with {CARDS} cards"
    table.row(f"{claim}: heartbeats a second", f"{short(beats['per_second'])}/s", "-", beats["per_second"], (">=", 0.97 * boxes / 5))
    table.row(f"{claim}: online checks, p99 in ms", f"{checks['p99_us']} us", f"p50 {checks['p50_us']} us", checks["p99_us"] / 1000, ("<=", 50))
    faults = verification.stdout.count("\n  ") + report["open_records"]
    table.row(f"{claim}: records lost, double, different or unanswered", verification.stdout.partition("\n")[0], "-", faults, ("<=", 0))
    table.row(f"{claim}: memory at most, MB", "-", "-", resident_megabytes(hub.process), ("<=", 200))
    table.row(
        f"{claim}: processors that hub and generator take", f"{short(took / FLEET_SECONDS)}",
        f"{short(report['processor_us'] / 1e6 / FLEET_SECONDS)}", took / FLEET_SECONDS)
    hub.process.terminate()
    hub.process.wait()


def deliver(work, binaries, table, name, title, boxes, share, address=None):
    """A new list of a million cards to boxes that hold one, in shares."""
    hub = Hub(work, binaries, f"lists-{name}", address, f"[lists]\nannounce_share = {share}\n")
    if not hub.is_known:
        print(f"{boxes} boxes fetch a list from {title}: this hub does not know [lists] announce_share | - | - | - | - | -")
        return
    first, cards, ledger = work.folder / "first.csv", cards_file(work), work.folder / "lists.jsonl"
    first.write_text("04AA,1\n")
    for file in (first, cards):
        imported = hub.run("import-cards", file, "--replace")
        if imported.returncode:
            sys.exit(f"import-cards: {imported.stderr.decode()[:500]}")
    standing = json.loads(hub.run("lists", "--json").stdout)[0]
    length = 60 * 100 / share
    before = processor_seconds(hub.process)
    report = fleet(
        work, binaries, hub.url, "--boxes", boxes, "--connections", CONNECTIONS, "--seconds", length + 10, "--follow-lists",
        "--holding", "1", "--ledger", ledger)
    took = processor_seconds(hub.process) - before
    ways = [way for way in map(json.loads, ledger.read_text().splitlines()) if "told" in way]
    # When each was told, as a share of the time in which all are: evenly is the diagonal.
    told = sorted((way["told_at_ms"] - standing["in_force_since_ms"]) / 1000 / length for way in ways)
    distance = max((abs(place - (number + 0.5) / boxes) for number, place in enumerate(told)), default=1)
    fetched = [way for way in ways if way["fetched"] == standing["version"]]
    waits = sorted(way["fetched_at_ms"] - way["told_at_ms"] for way in fetched) or [0]
    after = json.loads(hub.run("lists", "--json").stdout)[0]
    beats = report["calls"]["heartbeat"]
    claim = f"{boxes} boxes fetch {CARDS} cards from {title}, told within {length:.0f} s"
    table.row(f"{claim}: not told, not fetched, or not adopted", f"{len(ways)} told, {len(fetched)} fetched, {after['adopted']} adopted",
              "-", 3 * boxes - len(ways) - len(fetched) - after["adopted"], ("<=", 0))
    table.row(f"{claim}: furthest from evenly, of that time", "-", "-", distance, ("<=", 0.1))
    table.row(f"{claim}: from told to fetched, p50 and longest in s", short(waits[len(waits) // 2] / 1000), "-", waits[-1] / 1000)
    table.row(f"{claim}: MB of a download", "-", "-", report["list_bytes"] / 1e6 / max(len(fetched), 1))
    table.row(f"{claim}: processor time of a download in ms, with its share of {beats['answered']} heartbeats and of the list's making",
              "-", "-", took * 1000 / max(len(fetched), 1))
    table.row(f"{claim}: heartbeats meanwhile, p99 in ms", "-", "-", beats["p99_us"] / 1000, ("<=", 50))
    table.row(f"{claim}: memory at most, MB", "-", "-", resident_megabytes(hub.process), ("<=", 200))
    hub.process.terminate()
    hub.process.wait()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    binaries = pathlib.Path(sys.argv[1]).resolve()
    with Workplace() as work:
        table = Table()
        database = PostgreSQL(work)
        compare(work, binaries, table, int(sys.argv[2]) if len(sys.argv) == 3 else 3, database)
        play(work, binaries, table, "sqlite", "SQLite", 20_000)
        play(work, binaries, table, "postgresql", "PostgreSQL", 10_000, database.make_database("fleet"))
        deliver(work, binaries, table, "sqlite", "SQLite", 1000, 50)
    print("load " + " ".join(pathlib.Path("/proc/loadavg").read_text().split()[:3]))
    print("every goal is met" if table.missed == 0 else f"{table.missed} goals are missed; a busy machine is a frequent reason: see the load")
    sys.exit(table.missed > 0)


if __name__ == "__main__":
    main()

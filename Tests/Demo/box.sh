# shellcheck shell=bash
# Sourced by the demos: one box and its back office in a private folder, on ports of their own.

# A port on which nobody listens now, below those that the system hands out by itself.
free_port() {
    local port
    while :; do
        port=$((20000 + $(od -An -N2 -tu2 /dev/urandom) % 12000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# Ends what still runs, and removes the folder unless it may be wanted.
clean_up() {
    local status=$?
    trap - EXIT
    if [ -n "${rig_pid:-}" ] && kill -TERM "$rig_pid" 2>/dev/null; then wait "$rig_pid" || true; fi
    local file
    for file in "$DIR"/*.pid; do
        [ -f "$file" ] || continue
        kill -KILL "$(cat "$file")" 2>/dev/null || true
    done
    if [ "$status" -eq 0 ] && [ -z "${KEEP:-}" ]; then
        rm -rf "$DIR"
    else
        echo "The run's files, logs included, are in $DIR"
    fi
    exit "$status"
}

# set_up BIN: makes the folder DIR with the configurations, the hub's cards and keys, and the variables of the scenarios.
# REPEAT_INTERVAL_MS may be set before.
set_up() {
    export BIN=$1
    export DEMO DIR GPSD_PORT HUB_PORT ENROL_CODE
    DEMO=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
    # Debian keeps gpsd where an ordinary user's PATH does not look.
    PATH=$PATH:/usr/sbin
    local program
    for program in validatord validatorctl validator-hub validator-rig; do
        [ -x "$BIN/$program" ] || { echo "$BIN/$program is missing: run make build" >&2; exit 69; }
    done
    DIR=$(mktemp -d "${TMPDIR:-/tmp}/validator-demo.XXXXXX")
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    GPSD_PORT=$(free_port)
    HUB_PORT=$(free_port)

    cat >"$DIR/hub.toml" <<TOML
[server]
listen = "127.0.0.1:$HUB_PORT"
[database]
path = "$DIR/hub.db"
TOML
    cat >"$DIR/validatord.toml" <<TOML
[device]
id = "DEMO01"
state_dir = "$DIR/state"
control_socket = "$DIR/control.sock"
[platform]
base_url = "http://127.0.0.1:$HUB_PORT/api"
[gps]
port = $GPSD_PORT
report_interval_s = 1
[[reader]]
id = "reader0"
device = "$DIR/reader0"
protocol = "pn532"
repeat_interval_ms = ${REPEAT_INTERVAL_MS:-2000}
[[scanner]]
id = "scanner0"
device = "$DIR/scanner0"
protocol = "evdev"
repeat_interval_ms = ${REPEAT_INTERVAL_MS:-2000}
[indicators]
green_led = "$DIR/green"
red_led = "$DIR/red"
signal_ms = 300
alsa_device = ""
[outbox]
backoff_max_s = 2
[log]
mask_cards = false
TOML
    # What an operator hands to the workshop.
    ENROL_CODE=$(hub enrol DEMO01 2>"$DIR/hub-commands.log")
}

hub() { "$BIN/validator-hub" "$1" --config "$DIR/hub.toml" "${@:2}"; }

# import_cards LINE...: each card_no,flag.
import_cards() {
    printf '%s\n' card_no,flag "$@" >"$DIR/cards.csv"
    hub import-cards "$DIR/cards.csv" >>"$DIR/hub-commands.log"
}

# play SCENARIO: stays up afterwards with KEEP=1. The rig's exit code.
play() {
    local stay=()
    [ -z "${KEEP:-}" ] || stay=(--stay)
    "$BIN/validator-rig" --directory "$DIR" --json "$DIR/outcomes.jsonl" "${stay[@]}" "$1" <&0 &
    rig_pid=$!
    local status=0
    wait "$rig_pid" || status=$?
    rig_pid=""
    return "$status"
}

#!/usr/bin/env bash
# demo.sh BIN: a morning on a bus, played against the programs in BIN; checks the books, and leaves nothing behind.
# KEEP=1 stays up afterwards.
set -euo pipefail
# shellcheck source=Tests/Demo/box.sh
source "$(dirname "$0")/box.sh"
set_up "$1"

import_cards 04A2B3C4,1 04112233445566,1 04B10C00,0 31059999000000000001,1
hub rotate-keys >>"$DIR/hub-commands.log"
now=$(date +%s)
export GOOD_TICKET OTHER_TICKET EXPIRED_TICKET FORGED_TICKET
GOOD_TICKET=$(hub print-ticket --card 04A2B3C4 --lifetime-s 600 --valid-from "$now")
OTHER_TICKET=$(hub print-ticket --card 04112233445566 --lifetime-s 600 --valid-from "$now")
EXPIRED_TICKET=$(hub print-ticket --card 04A2B3C4 --lifetime-s 600 --valid-from $((now - 86400)))
# One letter changed in the text of a good one: its code no longer fits.
last=${OTHER_TICKET: -1}
FORGED_TICKET=${OTHER_TICKET%?}$([ "$last" = A ] && echo B || echo A)

# A root of the hub's own vouches for its test codes of the transport ministry's form, which hub and box take here.
hub test-root >"$DIR/roots"
tee -a "$DIR/validatord.toml" >>"$DIR/hub.toml" <<TOML
[tickets]
transport_roots_file = "$DIR/roots"
transport_accept_test = true
TOML
cat >>"$DIR/validatord.toml" <<TOML
[[scanner]]
id = "scanner1"
device = "$DIR/scanner1"
protocol = "hidraw"
TOML
test_code() { hub print-ticket --transport --hex --card 31059999000000000001 --validity-s 1200 "$@"; }
export CODE EXPIRED_CODE OTHER_ROOT BROKEN_ROOT BROKEN_ISSUER BROKEN_PHONE
CODE=$(test_code)
EXPIRED_CODE=$(test_code --issued $((now - 3600)))
OTHER_CODE=$(test_code)
# broken BYTE: the other code with one bit of that byte turned over.
broken() {
    local at=$((2 * $1 + 1))
    printf '%s%x%s' "${OTHER_CODE:0:at}" $((0x${OTHER_CODE:at:1} ^ 1)) "${OTHER_CODE:at+1}"
}
OTHER_ROOT=$(broken 8)
BROKEN_ROOT=$(broken 60)
BROKEN_ISSUER=$(broken 220)
BROKEN_PHONE=$(broken 300)

cp "$DEMO/demo.scenario" "$DIR/demo.scenario"
cat >>"$DIR/demo.scenario" <<'STEPS'
run sh -c "\"$BIN/validator-hub\" records --config \"$DIR/hub.toml\" --json --whole-codes > \"$DIR/records.json\""
show ${DEMO}/balance.py ${DIR}
STEPS
if [ -n "${KEEP:-}" ]; then
    cat >"$DIR/hints" <<HINTS

The box stays up; Ctrl-C ends it. In another terminal:
  $BIN/validatorctl --socket $DIR/control.sock status
  $BIN/validatorctl --socket $DIR/control.sock taps
  $BIN/validatorctl --socket $DIR/control.sock set gps.report_interval_s 2
  $BIN/validator-hub records --config $DIR/hub.toml
  tail -f $DIR/validatord.log
Here, steps of a scenario, for instance:
  tap reader0 04A2B3C4 any
  scan scanner0 $(hub print-ticket --card 04A2B3C4 --lifetime-s 3600 --valid-from "$now") any
  scan-hex scanner1 $(test_code) any
  reception gps0 no-fix
HINTS
    echo "show cat \${DIR}/hints" >>"$DIR/demo.scenario"
fi
play "$DIR/demo.scenario"

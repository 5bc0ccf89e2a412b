#!/usr/bin/env bash
# demo.sh BIN: a morning on a bus, played against the programs in BIN; checks the books, and leaves nothing behind.
# KEEP=1 stays up afterwards.
set -euo pipefail
# shellcheck source=Tests/Demo/box.sh
source "$(dirname "$0")/box.sh"
set_up "$1"

import_cards 04A2B3C4,1 04112233445566,1 04B10C00,0
hub rotate-keys >>"$DIR/hub-commands.log"
now=$(date +%s)
export GOOD_TICKET OTHER_TICKET EXPIRED_TICKET FORGED_TICKET
GOOD_TICKET=$(hub print-ticket --card 04A2B3C4 --lifetime-s 600 --valid-from "$now")
OTHER_TICKET=$(hub print-ticket --card 04112233445566 --lifetime-s 600 --valid-from "$now")
EXPIRED_TICKET=$(hub print-ticket --card 04A2B3C4 --lifetime-s 600 --valid-from $((now - 86400)))
# One letter changed in the text of a good one: its code no longer fits.
last=${OTHER_TICKET: -1}
FORGED_TICKET=${OTHER_TICKET%?}$([ "$last" = A ] && echo B || echo A)

cp "$DEMO/demo.scenario" "$DIR/demo.scenario"
cat >>"$DIR/demo.scenario" <<'STEPS'
run sh -c "\"$BIN/validator-hub\" records --config \"$DIR/hub.toml\" --json > \"$DIR/records.json\""
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
  reception gps0 no-fix
HINTS
    echo "show cat \${DIR}/hints" >>"$DIR/demo.scenario"
fi
play "$DIR/demo.scenario"

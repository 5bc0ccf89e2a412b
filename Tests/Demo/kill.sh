#!/usr/bin/env bash
# kill.sh BIN KILLS [SEED]: taps while the box is killed (SIGKILL) KILLS times at random moments and started again each
# time; the books must balance all the same. The seed is printed; the same seed kills at the same moments.
set -euo pipefail
# shellcheck source=Tests/Demo/box.sh
source "$(dirname "$0")/box.sh"
export KILLS=$2
seed=${3:-$(($(od -An -N2 -tu2 /dev/urandom)))}
# A rider whose box died tries again until there is a light; within this interval that is one tap.
export REPEAT_INTERVAL_MS=30000
set_up "$1"
echo "seed $seed"

cards=()
for ((index = 1; index <= 3 * KILLS; index++)); do
    # Every third card is on no list.
    ((index % 3 == 0)) || cards+=("$(printf '04%06X,1' "$index")")
done
import_cards "${cards[@]}"
hub rotate-keys >>"$DIR/hub-commands.log"

RANDOM=$seed
# Around the decision and the commit of the tap that follows, which take about a millisecond, or anywhere.
random_delay() {
    if ((RANDOM % 2)); then echo "$((RANDOM % 3)).$((1 + RANDOM % 9))ms"; else echo "$((1 + RANDOM % 400))ms"; fi
}
{
    cat <<'STEPS'
reader reader0
receiver gps0
start gpsd gpsd -N -n -b -S ${GPSD_PORT} ${DIR}/gps0
start hub ${BIN}/validator-hub --config ${DIR}/hub.toml
until 20s ${BIN}/validatorctl enrol http://127.0.0.1:${HUB_PORT}/manage/v1 ${ENROL_CODE} --config ${DIR}/validatord.toml --socket ${DIR}/control.sock
keep validatord ${BIN}/validatord --config ${DIR}/validatord.toml
STEPS
    echo "until 20s \${DEMO}/box.py \${DIR}/control.sock \"lists.cards.count == ${#cards[@]}\""
    for ((index = 1; index <= 3 * KILLS; index++)); do
        # The kill before this one has come by now: two that meet one life of the box would count as one.
        if ((index % 3 == 1)); then printf 'wait 400ms\nkill validatord after %s\n' "$(random_delay)"; fi
        light=$( ((index % 3 == 0)) && echo red || echo green)
        printf 'tap reader0 04%06X %s within 15s as "rider %d"\n' "$index" "$light" "$index"
        echo "wait $((RANDOM % 300))ms"
    done
    cat <<'STEPS'
until 60s ${DEMO}/box.py ${DIR}/control.sock "outbox.records == 0"
run sh -c "\"$BIN/validator-hub\" records --config \"$DIR/hub.toml\" --json > \"$DIR/records.json\""
show ${DEMO}/balance.py ${DIR} ${KILLS}
STEPS
} >"$DIR/kill.scenario"
play "$DIR/kill.scenario"

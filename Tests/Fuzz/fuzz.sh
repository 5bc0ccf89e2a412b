#!/usr/bin/env bash
# Runs the fuzz targets, one after the other: fuzz.sh [TARGET] [SECONDS_EACH]. docs/fuzzing.md tells what comes of it.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${1:-}
seconds=${2:-30}
build=.build-fuzz
corpus=$build/corpus
findings=$build/findings

VALIDATOR_FUZZ=1 swift build --scratch-path "$build" --configuration release --product validator-fuzz
fuzzer=$build/release/validator-fuzz
# Swift's own crash reports would keep libFuzzer from writing down the input.
export SWIFT_BACKTRACE=enable=no

mkdir -p "$findings"
failed=()
for name in ${target:-$("$fuzzer")}; do
    mkdir -p "$corpus/$name"
    log=$build/$name.log
    # libFuzzer writes new inputs to the first folder. It looks at its clock between inputs only, and after those of former runs.
    if FUZZ_TARGET=$name timeout --kill-after=10 $((seconds + 600)) "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        ${TEST_SEED:+-seed="$TEST_SEED"} -artifact_prefix="$findings/$name-" \
        "$corpus/$name" "Tests/Fuzz/Corpus/$name" >"$log" 2>&1; then
        printf 'fuzz: %-20s %s\n' "$name" "$(sed -n 's/^Done \([0-9]*\) runs in \([0-9]*\) .*/\1 inputs in \2 s, all right/p' "$log")"
    else
        printf 'fuzz: %-20s FAILED: %s\n' "$name" "$(sed -n 's/^INFO: Seed: /seed /p' "$log")"
        grep -aE 'Fatal error|ERROR: libFuzzer|Test unit written' "$log" | cut -c1-500 || true
        failed+=("$name")
    fi
done

[ ${#failed[@]} -eq 0 ] && exit
echo "fuzz: failed: ${failed[*]}; logs are in $build, inputs in $findings" >&2
exit 1

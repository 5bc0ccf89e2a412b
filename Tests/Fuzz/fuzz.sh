#!/usr/bin/env bash
# Runs the fuzz targets, one after the other: fuzz.sh [TARGET] [SECONDS_EACH]. docs/fuzzing.md tells what comes of it.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=${1:-}
seconds=${2:-30}
build=.build/fuzz
corpus=$build/corpus
findings=$build/findings

swift build --package-path Tests/Fuzz --scratch-path "$build" --configuration release
fuzzer=$build/release/validator-fuzz
# Swift's own crash reports would keep libFuzzer from writing down the input.
export SWIFT_BACKTRACE=enable=no

mkdir -p "$findings"
failed=()
for name in ${target:-$("$fuzzer")}; do
    mkdir -p "$corpus/$name"
    echo "fuzz: $name, $seconds s"
    # libFuzzer writes new inputs to the first folder.
    FUZZ_TARGET=$name "$fuzzer" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="$findings/$name-" "$corpus/$name" "Tests/Fuzz/Corpus/$name" >"$build/$name.log" 2>&1 || failed+=("$name")
    grep -aE 'Fatal error|ERROR: libFuzzer|Test unit written|DONE ' "$build/$name.log" | cut -c1-500 || true
done

[ ${#failed[@]} -eq 0 ] && exit
echo "fuzz: failed: ${failed[*]}; logs are in $build, inputs in $findings" >&2
exit 1

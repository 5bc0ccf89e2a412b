#!/usr/bin/env bash
# function-order.sh BENCHMARKS VALIDATORD [NAME...]: makes function-order.txt anew, for another release of Swift: the functions of Swift's
# libraries that validatord runs in those benchmarks. The linker puts them beside each other: else every 64 KiB of its code hold a
# few of them, and all of it becomes resident. It needs valgrind and a quiet machine, on which a program may be 50 times as slow.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

[ $# -ge 2 ] || fail "usage: function-order.sh BENCHMARKS VALIDATORD [NAME...]" 64
benchmarks=$1 daemon=$2
shift 2
[ $# -gt 0 ] || set -- tap drain process
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What Swift writes for debuggers is too new for valgrind.
strip --strip-debug -o "$folder/validatord" "$daemon"
cat >"$folder/daemon" <<END
#!/bin/sh
exec valgrind --quiet --tool=callgrind --demangle=no --callgrind-out-file=$folder/profile.%p $folder/validatord "\$@"
END
chmod +x "$folder/daemon"
for name in "$@"; do
    "$benchmarks" "$folder/daemon" "$name" || say "goals are of no matter here"
done

# ob= names the program or library that the functions after it belong to, fn= a function; either by a number once it is known.
cat "$folder"/profile.* | awk '
    /^(ob|cob|fn|cfn)=/ {
        kind = $1; sub(/=.*/, "", kind); number = $1; sub(/^[a-z]*=/, "", number)
        table = kind ~ /ob/ ? "o" : "f"
        if (NF > 1) name[table number] = $2
        if (kind == "ob") isOurs = name[table number] ~ /\/validatord$/
        if (kind == "fn" && isOurs) print name[table number]
    }
    /^version:/ { delete name }
' | LC_ALL=C sort -u >"$folder/run"
libraries=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")/lib/swift_static/linux
for archive in "$libraries"/lib{swift*,dispatch}.a; do nm "$archive" 2>/dev/null || true; done |
    awk 'NF == 3 && $2 ~ /[tTwWvV]/ { print $3 }' | LC_ALL=C sort -u >"$folder/known"
LC_ALL=C comm -12 "$folder/run" "$folder/known" >"$source_root/board/package/function-order.txt"
say "$(wc -l <"$source_root/board/package/function-order.txt") functions"

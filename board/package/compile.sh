#!/usr/bin/env bash
# compile.sh ARCHITECTURE [PROGRAM...]: compiles the packaged programs (all: those of box and hub) for amd64 or arm64, strips them,
# and puts them and their shell completions into .build-deb/ARCHITECTURE/{bin,completions}.
# This machine's own architecture is compiled by its own Swift for its own Debian release; arm64 on an amd64 machine for Debian 13.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || fail "usage: compile.sh amd64|arm64 [PROGRAM...]" 64
architecture=$1
shift
programs=("$@")
[ $# -gt 0 ] || programs=(validatord validatorctl validator-hub)
output=$cache/$architecture
mkdir -p "$output/swift"

# The Swift library within, so that a box needs no package of Swift; what saves memory (relocations packed, equal code once, what runs
# side by side: function-order.sh); addresses that are settled, and then read-only, before the program starts. Stack protection is
# for C++ alone: handed on by -Xcc it reaches Swift's own code, whose asynchronous functions then lose registers (Swift 6.2, arm64).
options=(--configuration release --static-swift-stdlib -Xswiftc -use-ld=lld
    -Xlinker -z -Xlinker pack-relative-relocs -Xlinker --no-export-dynamic -Xlinker --icf=safe
    -Xswiftc -Xfrontend -Xswiftc -function-sections
    -Xlinker --symbol-ordering-file=board/package/function-order.txt -Xlinker --no-warn-symbol-ordering
    -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
    -Xcxx -fstack-protector-strong -Xcxx -D_GLIBCXX_ASSERTIONS)

compile_natively() {
    local program
    options=("${options[@]/#--symbol-ordering-file=/--symbol-ordering-file=$source_root/}")
    for program in "${programs[@]}"; do
        swift build --package-path "$source_root" --scratch-path "$output/swift" "${options[@]}" --product "$program"
    done
    built=$(swift build --package-path "$source_root" --scratch-path "$output/swift" "${options[@]}" --show-bin-path)
    strip="strip"
    run=()
}

compile_across() {
    local here root=$cache/cross/build
    here=$(dirname "$0")
    "$here/cross-root.sh"
    sysroot=$cache/cross/sysroot
    mkdir -p "$output/home"
    # shellcheck disable=SC2016 # expanded within
    "$here/enter.sh" "$root" --git --bind "$source_root=/source" --bind "$output/swift=/scratch" --bind "$output/home=/root" \
        --read-only "$sysroot=/sysroot" -- \
        env HOME=/root PATH=/usr/bin:/usr/sbin:/bin PKG_CONFIG_SYSROOT_DIR=/sysroot \
        PKG_CONFIG_PATH=/sysroot/usr/lib/aarch64-linux-gnu/pkgconfig:/sysroot/usr/share/pkgconfig \
        bash -euc 'cd /source; programs=$1; shift; for program in $programs; do swift build "$@" --product "$program"; done' bash \
        "${programs[*]}" --swift-sdks-path /opt --swift-sdk trixie-arm64 --scratch-path /scratch "${options[@]}"
    built=$output/swift/aarch64-unknown-linux-gnu/release
    strip=aarch64-linux-gnu-strip
    run=(qemu-aarch64-static -L "$sysroot")
}

if [ "$architecture" = "$native" ]; then
    need_programs swift
    compile_natively
elif [ "$architecture" = arm64 ]; then
    need_root "a change of root"
    need_programs aarch64-linux-gnu-strip qemu-aarch64-static
    compile_across
else
    fail "no way from here to $architecture" 64
fi

mkdir -p "$output/bin"
for program in "${programs[@]}"; do
    "$strip" --remove-section=.comment --remove-section=.note --output-file "$output/bin/$program" "$built/$program"
done

for program in "${programs[@]}"; do
    [ "$program" != validatord ] || continue    # has no shell completions
    folder=$output/completions/$program
    mkdir -p "$folder/bash-completion/completions" "$folder/zsh/vendor-completions" "$folder/fish/vendor_completions.d"
    complete() { "${run[@]}" "$output/bin/$program" --generate-completion-script "$1"; }
    complete bash | sed 1d >"$folder/bash-completion/completions/$program"
    complete zsh >"$folder/zsh/vendor-completions/_$program"
    complete fish >"$folder/fish/vendor_completions.d/$program.fish"
done
say "$architecture: ${programs[*]}, $(du -ch "${programs[@]/#/$output/bin/}" | tail -n 1 | cut -f 1) in $output/bin"

#!/usr/bin/env bash
# build.sh [ARCHITECTURE...]: builds the Debian packages for each (all: amd64 and arm64) into .build-deb/, and checks them by lintian.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

version=$(sed -nE 's/.*version = \(major: ([0-9]+), minor: ([0-9]+), patch: ([0-9]+)\).*/\1.\2.\3/p' \
    "$source_root/Sources/Common/Base/Release.swift")
schema=$(sed -nE 's/.*static let version: Int64 = ([0-9]+).*/\1/p' "$source_root/Sources/Box/Storage/Outbox/OutboxSchema.swift")
[ -n "$version" ] || fail "no version found in Sources/Common/Base/Release.swift"
[ -n "$schema" ] || fail "no schema version found in Sources/Box/Storage/Outbox/OutboxSchema.swift"

voices() { cached voices "$(cat "$source_root"/board/voices/{make.sh,prompts.tsv})" "$source_root/board/voices/make.sh"; }

declare -A programs=([validator]="validatord validatorctl" [validator-hub]=validator-hub)

# What debian/rules finds in its folder.
stage() {
    local folder=$1 built=$2
    rm -rf "$folder"
    mkdir -p "$folder"
    cp -r "$source_root"/board/{debian,man,nginx,validator.toml,hub.toml} "$source_root"/{udev,docs} "$source_root"/README*.md "$folder"
    cp "$source_root"/board/systemd/*.service "$folder/debian"
    cp -r "$built"/{bin,completions} "$folder"
    cp -a --no-target-directory "$cache/voices/." "$folder/voices"
    sed -i "s/@OUTBOX_SCHEMA@/$schema/" "$folder/debian/validator.preinst"
    echo "$schema" >"$folder/outbox-schema"
}

# package NAME ARCHITECTURE
package() {
    local name=$1 architecture=$2 options=""
    local built=$cache/$architecture folder=$cache/$architecture/$name
    # Whatever fails, an older one is not taken for this one.
    rm -f "$cache/${name}_"*"_$architecture.deb"
    # shellcheck disable=SC2086 # one word per program
    "$(dirname "$0")/compile.sh" "$architecture" ${programs[$name]}
    stage "$folder" "$built"
    if [ "$architecture" != "$native" ]; then
        local sysroot=$cache/cross/sysroot
        cp "$sysroot/shlibs" "$folder/debian/shlibs.local"
        options="-l$sysroot/usr/lib/aarch64-linux-gnu"
    fi
    # debhelper makes the one package alone.
    (cd "$folder" && DH_OPTIONS=-p$name SHLIBDEPS_OPTIONS=$options dpkg-buildpackage --build=binary --no-sign --no-check-builddeps \
        --no-pre-clean --host-arch "$architecture") >"$built/$name.log" 2>&1 \
        || { tail -n 40 "$built/$name.log" >&2; fail "dpkg-buildpackage failed for $name, $architecture"; }
    mv "$built/${name}_"*"_$architecture.deb" "$cache/"
    du -h "$cache/${name}_"*"_$architecture.deb"
    lintian --fail-on error,warning --allow-root "$cache/${name}_"*"_$architecture.deb"
}

if [ "${1:-}" = --package ]; then
    package "$2" "$3"
    exit
fi

architectures=("$@")
[ $# -gt 0 ] || architectures=(amd64 arm64)
requirements=(debhelper dpkg-dev lintian)
case " ${architectures[*]} " in
*" arm64 "*) [ "$native" = arm64 ] || requirements+=("${emulation_packages[@]}" binutils-aarch64-linux-gnu mmdebstrap) ;;
esac
"$source_root/board/setup.sh" "${requirements[@]}"
[ "$(dpkg-parsechangelog -l "$source_root/board/debian/changelog" -S Version)" = "$version" ] \
    || fail "board/debian/changelog does not begin with version $version, which Release.swift names"

voices
# The hub last, and each by a program of its own: nothing that is wrong with the hub keeps a box from its package.
failed=()
for name in validator validator-hub; do
    for architecture in "${architectures[@]}"; do
        "$0" --package "$name" "$architecture" || failed+=("$name for $architecture")
    done
done
[ ${#failed[@]} -eq 0 ] || fail "not made: $(printf '%s, ' "${failed[@]}" | sed 's/, $//'); the other packages are in $cache"

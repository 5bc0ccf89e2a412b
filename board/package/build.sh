#!/usr/bin/env bash
# build.sh [ARCHITECTURE...]: builds the Debian packages for each (all: amd64 and arm64) into .build-deb/, and checks them by lintian.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

architectures=("$@")
[ $# -gt 0 ] || architectures=(amd64 arm64)

requirements=(debhelper dpkg-dev lintian)
case " ${architectures[*]} " in
*" arm64 "*) requirements+=(arch-test binutils-aarch64-linux-gnu mmdebstrap qemu-user-static) ;;
esac
"$source_root/board/setup.sh" "${requirements[@]}"

version=$(sed -nE 's/.*version = \(major: ([0-9]+), minor: ([0-9]+), patch: ([0-9]+)\).*/\1.\2.\3/p' \
    "$source_root/Sources/Common/Base/Release.swift")
schema=$(sed -nE 's/.*static let version: Int64 = ([0-9]+).*/\1/p' "$source_root/Sources/Box/Storage/OutboxSchema.swift")
[ -n "$version" ] || fail "no version found in Sources/Common/Base/Release.swift"
[ -n "$schema" ] || fail "no schema version found in Sources/Box/Storage/OutboxSchema.swift"
[ "$(dpkg-parsechangelog -l "$source_root/board/debian/changelog" -S Version)" = "$version" ] \
    || fail "board/debian/changelog does not begin with version $version, which Release.swift names"

voices() { cached voices "$(cat "$source_root"/board/voices/{make.sh,prompts.tsv})" "$source_root/board/voices/make.sh"; }

# What debian/rules finds in its folder.
stage() {
    local folder=$1 built=$2
    rm -rf "$folder"
    mkdir -p "$folder"
    cp -r "$source_root"/board/{debian,man,validator.toml,hub.toml} "$source_root"/{udev,docs} "$source_root"/README*.md "$folder"
    cp "$source_root"/board/systemd/*.service "$folder/debian"
    cp -r "$built"/{bin,completions} "$folder"
    cp -a "$cache/voices" "$folder/voices"
    sed -i "s/@OUTBOX_SCHEMA@/$schema/" "$folder/debian/validator.preinst"
    echo "$schema" >"$folder/outbox-schema"
}

package() {
    local architecture=$1
    local folder=$cache/$architecture/package options=""
    "$(dirname "$0")/compile.sh" "$architecture"
    stage "$folder" "$cache/$architecture"
    if [ "$architecture" != "$(dpkg --print-architecture)" ]; then
        local sysroot=$cache/cross/sysroot
        cp "$sysroot/shlibs" "$folder/debian/shlibs.local"
        options="-l$sysroot/usr/lib/aarch64-linux-gnu"
    fi
    (cd "$folder" && SHLIBDEPS_OPTIONS=$options dpkg-buildpackage --build=binary --no-sign --no-check-builddeps --no-pre-clean \
        --host-arch "$architecture") >"$cache/$architecture/dpkg-buildpackage.log" 2>&1 \
        || { tail -n 40 "$cache/$architecture/dpkg-buildpackage.log" >&2; fail "dpkg-buildpackage failed"; }
    rm -f "$cache"/*_"$architecture".deb
    mv "$cache/$architecture"/*.deb "$cache/"
    du -h "$cache"/*_"$architecture".deb
    lintian --fail-on error,warning --allow-root "$cache"/*_"$architecture".deb
}

voices
for architecture in "${architectures[@]}"; do package "$architecture"; done

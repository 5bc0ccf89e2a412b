#!/usr/bin/env bash
# Makes .build-image/system: Debian 13's arm64 packages of `packages`, installed; does nothing when it is there.
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

packages=$(sed '/^ *#/d; /^$/d' "$image_source/packages" | paste -sd,)

make_system() {
    say "Debian 13, arm64 (some minutes: the packages' own scripts run emulated)"
    # Neither manuals nor other languages' texts; who needs them has another machine at hand.
    with_retries mmdebstrap --quiet --variant=minbase --architectures=arm64 --include="$packages" \
        --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-include=/usr/share/doc/validator/*' \
        trixie "$1" "$(mirror)"
}

need_root "file systems of other Debian releases"
need_programs mmdebstrap
# Another number makes it anew.
cached system "1 $packages" make_system

#!/usr/bin/env bash
# system-root.sh PACKAGE: lets .build-image/system-ARCHITECTURE lead to a system with Debian's packages of `packages`, and what the
# validator's PACKAGE depends on and recommends; what was made once is kept.
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

needs="$(dpkg-deb --field "$1" Depends), $(dpkg-deb --field "$1" Recommends)"
packages=$(sed '/^ *#/d; /^$/d' "$image_source/packages" | paste -sd,)

make_system() {
    say "Debian $release, $architecture (for another architecture some minutes: the packages' own scripts run emulated)"
    # Neither manuals nor other languages' texts; who needs them has another machine at hand.
    # shellcheck disable=SC2016 # expanded within
    needs=$needs with_retries bootstrap_with_updates "$1" --variant=minbase --architectures="$architecture" --include="$packages" \
        --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
        --dpkgopt='path-include=/usr/share/doc/validator/*' \
        --customize-hook='chroot "$1" apt-get -q -q --yes -o Dpkg::Use-Pty=0 satisfy "$needs"'
}

need_root "file systems of other Debian releases"
need_programs mmdebstrap
# Another number makes it anew.
cached "system-$architecture" "3 $release $packages $needs" make_system

#!/usr/bin/env bash
# packages.sh ARCHITECTURE: installs, runs, upgrades, downgrades, removes and purges the packages that board/package/build.sh built,
# in a minimal root file system of the Debian release that they are for. The root is kept; what a run changes in it is not.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/../../board/package/common.sh"

[ $# -eq 1 ] || fail "usage: packages.sh amd64|arm64" 64
architecture=$1
here=$(cd "$(dirname "$0")" && pwd)
suite=trixie
# shellcheck source=/dev/null
[ "$architecture" != "$native" ] || suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

requirements=(mmdebstrap)
[ "$architecture" = "$native" ] || requirements+=("${emulation_packages[@]}")
"$source_root/board/setup.sh" "${requirements[@]}"
need_root "a root file system of its own"
need_programs mmdebstrap
packages=("$cache"/validator_*_"$architecture".deb "$cache"/validator-hub_*_"$architecture".deb)
[ -e "${packages[0]}" ] || fail "no packages for $architecture in $cache: run make deb" 66

[ "$architecture" = "$native" ] || emulate_arm64

make_root() {
    with_retries bootstrap "$suite" "$1" --variant=minbase --architectures="$architecture" --include=ca-certificates,systemd,udev
}
cached "test-root-$architecture" "3 $suite" make_root

files=()
for file in "${packages[@]}" "$here/inside.sh"; do files+=(--copy "$file=/test/$(basename "$file")"); done
exec "$source_root/board/package/enter.sh" "$cache/test-root-$architecture" "${files[@]}" -- \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash /test/inside.sh
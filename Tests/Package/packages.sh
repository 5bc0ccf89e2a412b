#!/usr/bin/env bash
# packages.sh ARCHITECTURE: installs, runs, upgrades, downgrades, removes and purges the packages that board/package/build.sh built,
# in a minimal root file system of the Debian release that they are for. The root is kept; what a run changes in it is not.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/../../board/package/common.sh"

[ $# -eq 1 ] || fail "usage: packages.sh amd64|arm64" 64
architecture=$1
here=$(cd "$(dirname "$0")" && pwd)
native=$(dpkg --print-architecture)
suite=trixie
# shellcheck source=/dev/null
[ "$architecture" != "$native" ] || suite=$(. /etc/os-release && echo "$VERSION_CODENAME")

need_root "a root file system of its own"
need_programs mmdebstrap unshare
packages=("$cache"/validator_*_"$architecture".deb "$cache"/validator-hub_*_"$architecture".deb)
[ -e "${packages[0]}" ] || fail "no packages for $architecture in $cache: run make deb" 66

emulate() {
    [ -e /proc/sys/fs/binfmt_misc/register ] || mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
    [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || /usr/lib/systemd/systemd-binfmt
}
[ "$architecture" = "$native" ] || emulate

make_root() {
    with_retries mmdebstrap --quiet --variant=minbase --architectures="$architecture" --include=ca-certificates,systemd,udev "$suite" "$1" "$(mirror)"
}
cached "test-root-$architecture" "2 $suite" make_root

# An overlay in memory, in a mount namespace of its own: all of it is gone with the last process.
# shellcheck disable=SC2016 # expanded within
exec unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    root=$1 here=$2; shift 2
    mount --make-rprivate /
    mount -t tmpfs tmpfs /mnt
    mkdir /mnt/upper /mnt/work /mnt/root
    mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" overlay /mnt/root
    mkdir -p /mnt/root/test
    cp "$@" "$here/inside.sh" /mnt/root/test
    cp -L /etc/resolv.conf /mnt/root/etc/resolv.conf
    mount -t proc proc /mnt/root/proc
    mount --rbind /sys /mnt/root/sys
    mount --rbind /dev /mnt/root/dev
    mount -t tmpfs tmpfs /mnt/root/run
    exec chroot /mnt/root env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        bash /test/inside.sh
' bash "$cache/test-root-$architecture" "$here" "${packages[@]}"

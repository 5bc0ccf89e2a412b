#!/usr/bin/env bash
# Plays devices.umockdev to the device rules of Debian 13 and ours, and checks what udev would do with each.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/../../board/package/common.sh"

here=$(cd "$(dirname "$0")" && pwd)
need_root "a root file system of its own"
need_programs mmdebstrap unshare

make_root() {
    with_retries mmdebstrap --quiet --variant=minbase --include=systemd,udev,umockdev,gpsd trixie "$1" "$(mirror)"
    echo 'u validator - "On-board ticket validator" /var/lib/validator' | chroot "$1" systemd-sysusers -
}
cached test-root-rules 1 make_root

# shellcheck disable=SC2016 # expanded within
exec unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    root=$1; shift
    mount --make-rprivate /
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    mount -t tmpfs tmpfs "$root/mnt"
    cp "$@" "$root/mnt"
    exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 bash /mnt/rules-inside.sh
' bash "$cache/test-root-rules" "$here"/{devices.umockdev,rules-inside.sh} "$source_root"/udev/*.rules

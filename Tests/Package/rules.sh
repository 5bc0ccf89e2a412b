#!/usr/bin/env bash
# Plays devices.umockdev to the device rules of Debian 13 and ours, and checks what udev would do with each.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/../../board/package/common.sh"

here=$(cd "$(dirname "$0")" && pwd)
"$source_root/board/setup.sh" mmdebstrap
need_root "a root file system of its own"
need_programs mmdebstrap

make_root() {
    with_retries bootstrap trixie "$1" --variant=minbase --include=systemd,udev,umockdev,gpsd
    echo 'u validator - "On-board ticket validator" /var/lib/validator' | chroot "$1" systemd-sysusers -
}
cached test-root-rules 2 make_root

files=()
for file in "$here"/{devices.umockdev,rules-inside.sh} "$source_root"/udev/*.rules \
    "$source_root/board/image/files/usr/lib/validator/device-rules"; do files+=(--copy "$file=/mnt/$(basename "$file")"); done
exec "$source_root/board/package/enter.sh" "$cache/test-root-rules" "${files[@]}" -- \
    env -i PATH=/usr/sbin:/usr/bin HOME=/root LC_ALL=C.UTF-8 bash /mnt/rules-inside.sh

#!/usr/bin/env bash
# hil.sh PROGRAMS [OPTION...]: boots the image in QEMU against the rig and the hub in the folder PROGRAMS (docs/hil.md).
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

[ $# -ge 1 ] || fail "usage: hil.sh PROGRAMS [OPTION...]" 64
programs=$1
shift
case $architecture in
arm64) emulator=(qemu-efi-aarch64 qemu-system-arm) ;;
amd64) emulator=(ovmf qemu-system-x86) ;;
esac
"$source_root/board/setup.sh" dosfstools e2fsprogs fdisk ipxe-qemu mtools "${emulator[@]}"
image=$(find "$cache" -maxdepth 1 -name "validator_*_$architecture.img")
[ -f "$image" ] || fail "there must be one image in $cache: run make image; found: $image" 66
exec "$source_root/Tests/HIL/hil.py" "$programs" "$image" "$@"

#!/usr/bin/env bash
# Makes .build-image/boot: Debian 13's arm64 kernel, systemd-boot and busybox, unpacked; does nothing when it is there.
# Installed with the system, the kernel's scripts would take 15 minutes of emulation, to make what is replaced here anyway.
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

packages=linux-image-arm64,systemd-boot-efi,busybox-static

make_boot_files() {
    say "kernel and boot loader"
    with_retries mmdebstrap --quiet --variant=extract --architectures=arm64 --include="$packages" \
        --aptopt='Acquire::Retries "3"' --aptopt='APT::Install-Recommends "false"' trixie "$1" "$(mirror)"
}

need_root "file systems of other Debian releases"
need_programs mmdebstrap
cached boot "1 $packages" make_boot_files

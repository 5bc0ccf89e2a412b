#!/usr/bin/env bash
# Lets .build-image/boot-ARCHITECTURE lead to Debian's kernel, systemd-boot and busybox, unpacked; what was made once is kept.
# Installed with the system, the kernel's scripts would take 15 minutes of emulation, to make what is replaced here anyway.
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

packages=linux-image-$architecture,systemd-boot-efi,busybox-static

make_boot_files() {
    say "kernel and boot loader"
    # What they are, in dpkg's words: nothing is installed, so nobody else would know.
    # shellcheck disable=SC2016 # expanded by mmdebstrap
    wanted=${packages//,/ } with_retries bootstrap_with_updates "$1" --variant=extract --architectures="$architecture" --include="$packages" \
        --aptopt='APT::Install-Recommends "false"' \
        --extract-hook='apt-cache show --no-all-versions $wanted | sed "s/^Package:.*/&\nStatus: install ok installed/" >"$1/packages"'
    # Debian 12's packages still name the folders that have since been merged into /usr.
    local folder
    for folder in bin lib; do
        [ -L "$1/$folder" ] || [ ! -d "$1/$folder" ] || cp -a --no-target-directory "$1/$folder" "$1/usr/$folder"
    done
}

need_root "file systems of other Debian releases"
need_programs mmdebstrap
cached "boot-$architecture" "2 $release $packages" make_boot_files

#!/usr/bin/env bash
# build.sh: makes .build-image/validator_VERSION_ARCHITECTURE.img.zst, a disk image that boots machines with UEFI (docs/image.md).
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

boot_size_mib=128
data_size_mib=512
work=$cache/work

requirements=(cpio dosfstools e2fsprogs fdisk kmod mmdebstrap mtools xz-utils zstd)
[ "$architecture" = "$native" ] || requirements+=("${emulation_packages[@]}")
"$source_root/board/setup.sh" "${requirements[@]}"
need_root "file systems with owners"
[ "$architecture" = "$native" ] || emulate_arm64

[ -n "$(find "$debs" -maxdepth 1 -name "validator_*_$architecture.deb")" ] || "$source_root/board/package/build.sh" "$architecture"
deb=$(find "$debs" -maxdepth 1 -name "validator_*_$architecture.deb")
[ -f "$deb" ] || fail "there must be one validator_*_$architecture.deb in $debs; found: $deb" 66
"$image_source/boot-files.sh"
"$image_source/system-root.sh" "$deb"

boot_files=$cache/boot-$architecture
kernel=$(basename "$boot_files"/usr/lib/modules/*)
# What the kernel says to the serial port lies across the technician's screen: only what is critical.
# Its own keys (SysRq) are off before a keyboard is looked for.
kernel_options="quiet loglevel=3 panic=10 fsck.repair=yes sysctl.kernel.sysrq=0"
# For the disks that boards boot from: of virtual machines, NVMe, SATA, USB, SD and eMMC; and for what the boot loader tells.
disk_modules=(efivarfs ext4 virtio_pci virtio_blk virtio_scsi nvme ahci sd_mod usb-storage uas xhci-pci mmc_block sdhci-pci sdhci-acpi)
case $architecture in
arm64)
    disk_modules+=(xhci-plat-hcd sdhci-iproc dw_mmc-rockchip meson-gx-mmc sunxi-mmc)
    loader=systemd-bootaa64.efi
    ;;
amd64)
    loader=systemd-bootx64.efi
    # Its firmware does not name the serial port.
    kernel_options+=" console=tty0 console=ttyS0,115200"
    ;;
esac
# What no bus has: graphics, cameras and television, wireless networks, storage networks.
unwanted_modules=(drivers/gpu drivers/media drivers/infiniband drivers/net/wireless drivers/staging drivers/iio drivers/scsi/qla2xxx
    drivers/scsi/lpfc drivers/net/ethernet/mellanox net/bluetooth drivers/bluetooth)

# in_system COMMAND...: within, with /proc, without which its own programs complain. A machine that builds images need not have systemctl.
in_system() {
    # shellcheck disable=SC2016 # expanded within
    unshare --mount sh -euc 'mount -t proc proc "$1/proc"; exec chroot "$@"' sh "$work/root" "$@"
}

install_system() {
    local root=$1
    say "system with $(basename "$deb")"
    cp -a --no-target-directory "$cache/system-$architecture/." "$root"
    cp "$deb" "$root/validator.deb"
    # Without lists of other packages: a dependency that `packages` does not bring is a failure here.
    in_system env DEBIAN_FRONTEND=noninteractive apt-get install --quiet --quiet --yes --no-install-recommends \
        --option Dpkg::Use-Pty=0 ./validator.deb
    rm "$root/validator.deb"
    cp -a "$boot_files/usr/lib/modules" "$root/usr/lib/"
    (cd "$root/usr/lib/modules/$kernel/kernel" && rm -rf "${unwanted_modules[@]}")
    depmod --basedir "$root" "$kernel"
    cp -r --no-target-directory "$image_source/files" "$root"
    # NetworkManager takes no profile that others may read.
    chmod 0600 "$root"/usr/lib/NetworkManager/system-connections/*
    install -D -m 0644 -t "$root/usr/share/doc/validator" "$source_root/docs/image.md"
    mkdir -p "$root/data" "$root/boot" "$root/var/lib/NetworkManager" "$root/var/log/journal"
    # The root file system is never written: what programs keep there is memory (/run), or an empty file to mount upon.
    ln -sfn /run/NetworkManager/resolv.conf "$root/etc/resolv.conf"
    : >"$root/etc/machine-id"
    ln -sfn /etc/machine-id "$root/var/lib/dbus/machine-id"
    echo validator >"$root/etc/hostname"
    in_system systemctl --quiet enable validator-provision.service validator-enrol.service validator-clock.service
    # Keyboards start nothing.
    in_system systemctl --quiet mask ctrl-alt-del.target kbrequest.target
    # No login on the screen: a scanner types there (docs/packages.md).
    in_system systemctl --quiet disable getty@tty1.service
    in_system systemctl --quiet mask getty@.service autovt@.service
    in_system systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service
    rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
}

# What the data partition holds to begin with: owners and modes as the system has them.
make_data() {
    local root=$1 data=$2
    mkdir -p "$data/networkmanager" "$data/systemd" "$data/journal"
    cp -a "$root/etc/validator" "$data/configuration"
    cp -a "$root/etc/NetworkManager/system-connections" "$data/connections"
    cp -a "$root/var/lib/chrony" "$data/chrony"
    cp -a "$root/var/lib/systemd/." "$data/systemd"
    install -d -m 0700 "$root/var/lib/validator" "$data/validator"
    chroot "$root" chown validator:validator /var/lib/validator
    chown --reference="$root/var/lib/validator" "$data/validator"
}

make_initial_ram_disk() {
    local output=$1 folder=$work/initramfs module number=100
    mkdir -p "$folder"/{bin,modules,proc,sys,dev,run,root,data}
    cp "$boot_files/usr/bin/busybox" "$folder/bin/busybox"
    install -m 0755 "$image_source/initramfs-init" "$folder/init"
    install -m 0644 "$image_source/own-disk.sh" "$folder/own-disk.sh"
    modprobe --dirname "$work/root" --set-version "$kernel" --show-depends --all "${disk_modules[@]}" \
        | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' >"$work/initramfs-modules"
    while read -r module; do
        number=$((number + 1))
        # Debian 13 packs its modules, Debian 12 does not.
        xz --decompress --force --stdout "$module" >"$folder/modules/$number-$(basename "$module" .xz)"
    done <"$work/initramfs-modules"
    (cd "$folder" && find . | LC_ALL=C sort | cpio --quiet --create --format=newc --owner=0:0) | zstd -q -15 >"$output"
}

make_boot_partition() {
    local output=$1 folder=$work/boot name
    mkdir -p "$folder/EFI/BOOT" "$folder/loader/entries"
    name=${loader#systemd-}
    cp "$boot_files/usr/lib/systemd/boot/efi/$loader" "$folder/EFI/BOOT/${name^^}"
    cp "$boot_files/boot/vmlinuz-$kernel" "$folder/vmlinuz"
    make_initial_ram_disk "$folder/initrd.img"
    cp "$image_source/validator-provision.toml.example" "$folder/"
    # A key held at power-on opens the menu: it must offer nothing but this system, not even the firmware's settings.
    printf '%s\n' "timeout 0" "editor no" "auto-entries no" "auto-firmware no" >"$folder/loader/loader.conf"
    printf '%s\n' "title Validator" "linux /vmlinuz" "initrd /initrd.img" "options $kernel_options" \
        >"$folder/loader/entries/validator.conf"
    truncate --size "${boot_size_mib}M" "$output"
    mkfs.vfat -F 32 -n VALIDATOR "$output" >/dev/null
    mcopy -s -i "$output" "$folder"/* ::
}

# make_ext4 OUTPUT NAME MIB FOLDER
make_ext4() {
    truncate --size "$3M" "$1"
    mke2fs -q -t ext4 -L "$2" -E lazy_itable_init=0 -d "$4" "$1"
}

assemble() {
    local output=$1 root_size_mib
    root_size_mib=$(($(du --summarize --block-size=1M "$work/root" | cut -f 1) * 115 / 100 + 32))
    make_ext4 "$work/root.ext4" validator-root "$root_size_mib" "$work/root"
    make_ext4 "$work/data.ext4" validator-data "$data_size_mib" "$work/data"
    make_boot_partition "$work/boot.vfat"
    truncate --size "$((1 + boot_size_mib + root_size_mib + data_size_mib + 1))M" "$output"
    sfdisk --quiet "$output" <<TABLE
label: gpt
start=1MiB, size=${boot_size_mib}MiB, type=uefi, name=validator-boot
size=${root_size_mib}MiB, type=linux, name=validator-root
size=${data_size_mib}MiB, type=linux, name=validator-data
TABLE
    local at_mib=1 part
    for part in boot.vfat root.ext4 data.ext4; do
        dd if="$work/$part" of="$output" bs=1M seek="$at_mib" conv=sparse,notrunc status=none
        at_mib=$((at_mib + $(stat --format %s "$work/$part") / 1048576))
    done
}

rm -rf "$work"
mkdir -p "$work"
install_system "$work/root"
make_data "$work/root" "$work/data"
image=$cache/$(basename "$deb" .deb).img
rm -f "$image" "$image.zst"
assemble "$image"
say "compressing"
zstd --quiet -15 --threads=0 "$image"
# For scan.sh, which looks for known faults of what is in it.
{ cat "$work/root/var/lib/dpkg/status"; echo; cat "$boot_files/packages"; } >"${image%.img}.status"
# shellcheck disable=SC2016 # dpkg-query's variable
say "$(chroot "$work/root" dpkg-query --show --showformat='${Package}\n' | wc -l) packages, $(du --summarize --human-readable "$work/root" | cut -f 1) installed"
rm -rf "$work"
du --human-readable --apparent-size "$image" "$image.zst"

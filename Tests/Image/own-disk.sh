#!/usr/bin/env bash
# own-disk.sh: plays disks to board/image/own-disk.sh, as the kernel would show them, and checks which one is taken for the box's own;
# then what becomes of the clock.
set -euo pipefail
# shellcheck source=Tests/Image/common.sh
. "$(dirname "$0")/common.sh"
# shellcheck source=board/image/own-disk.sh
. "$source_root/board/image/own-disk.sh"
# The patience with disks within the box, in tenths of a second.
patience=2

# An identifier as people write it, and as a GPT holds it.
own=11223344-5566-7788-99aa-bbccddeeff00
other=deadbeef-0000-4000-8000-000000000001
declare -A bytes=([$own]='\x44\x33\x22\x11\x66\x55\x88\x77\x99\xaa\xbb\xcc\xdd\xee\xff\x00'
    [$other]='\xef\xbe\xad\xde\x00\x00\x00\x40\x80\x00\x00\x00\x00\x00\x00\x01')

new_machine() {
    rm -rf "$folder/machine"
    sys=$folder/machine/sys dev=$folder/machine/dev
    mkdir -p "$sys/class/block" "$sys/firmware/efi/efivars" "$dev"
}

# disk NAME BUS IDENTIFIER [PARTITION...]: BUS is a path below /sys/devices; the identifier is the boot partition's, the first.
disk() {
    local name=$1 bus=$2 identifier=$3 number=0 part at
    shift 3
    at=$sys/devices/$bus/block/$name
    mkdir -p "$at/queue" "$sys/devices/$bus"
    ln -s "$at" "$sys/class/block/$name"
    ln -s "$sys/devices/$bus" "$at/device"
    echo 512 >"$at/queue/logical_block_size"
    echo "${removable:-0}" >"$at/removable"
    : >"$at/uevent"
    truncate --size 1M "$dev/$name"
    # shellcheck disable=SC2059 # escapes
    printf "${bytes[$identifier]}" | dd of="$dev/$name" bs=1 seek=$((1024 + 16)) conv=notrunc status=none
    for part in "$@"; do
        number=$((number + 1))
        mkdir "$at/$name$number"
        echo $number >"$at/$name$number/partition"
        printf 'DEVTYPE=partition\nPARTNAME=%s\n' "$part" >"$at/$name$number/uevent"
        ln -s "$at/$name$number" "$sys/class/block/$name$number"
    done
}

# What systemd-boot writes: four bytes of attributes, UTF-16, a zero.
loader() {
    { printf '\6\0\0\0'; printf '%s\0' "$1" | tr a-f A-F | sed 's/./&\x00/g'; } \
        >"$sys/firmware/efi/efivars/LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
}

parts=(validator-boot validator-root validator-data)
usb=pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/host2/target2:0:0/2:0:0:0
mmc=platform/mmc0/mmc0:0001

takes() { is "$1" "$2" "$(own_disk "${tenths:-1}" 2>"$folder/why" || true)"; }
says() { contains "$1" "$2" "$(cat "$folder/why")"; }

new_machine
disk vda virtio0 $own "${parts[@]}"
takes "the only disk that has the three partitions" vda
loader $own
takes "the one that the boot loader came from" vda
loader $other
takes "none of which the boot loader did not come" ""
says "and it is said why" "that this box was started from"

new_machine
disk sda $usb $other "${parts[@]}"
disk vdb virtio0 $own "${parts[@]}"
takes "never a stick with the same names, though its disk comes first" vdb
loader $own
takes "nor with the boot loader's word" vdb

new_machine
disk sda $usb $own "${parts[@]}"
disk sdb pci0000:00/ata1 $own "${parts[@]}"
loader $own
takes "never a stick that is a copy of the disk, identifiers and all" sdb

new_machine
disk mmcblk0 $mmc $own "${parts[@]}"
echo MMC >"$sys/devices/$mmc/type"
disk mmcblk1 platform/mmc1/mmc1:0001 $own "${parts[@]}"
echo SD >"$sys/devices/platform/mmc1/mmc1:0001/type"
takes "eMMC before a card in a slot" mmcblk0

new_machine
disk mmcblk1 platform/mmc1/mmc1:0001 $own "${parts[@]}"
echo SD >"$sys/devices/platform/mmc1/mmc1:0001/type"
disk sda $usb $own "${parts[@]}"
tenths=5 takes "a card in its slot before a stick" mmcblk1

new_machine
disk sda $usb $own "${parts[@]}"
tenths=1 takes "a USB disk not at once" ""
tenths=5 takes "a USB disk where there is nothing else" sda
disk sdb ${usb//2/3} $own "${parts[@]}"
tenths=5 takes "none of two on USB" ""
says "and it is said what to do" "both sda and sdb may be this box's disk: unplug the one that is not"
loader $own
tenths=5 takes "not by identifiers either, which both have" ""

new_machine
disk sda $usb $other "${parts[@]}"
disk sdb ${usb//2/3} $own "${parts[@]}"
loader $own
tenths=5 takes "of two on USB the one that the boot loader came from" sdb

new_machine
disk vda virtio0 $own validator-boot validator-root
takes "none that lacks a partition" ""
new_machine
disk vda virtio0 $own "${parts[@]}" validator-data
takes "none that has one twice" ""

new_machine
disk vda virtio0 $own "${parts[@]}"
disk sda $usb $own "${parts[@]}"
is "udev's links are those of the one disk's partitions" \
    'SUBSYSTEM=="block", DEVPATH=="/devices/virtio0/block/vda/vda3", ENV{VALIDATOR_DISK}="data", SYMLINK+="validator-disk/data"' \
    "$(link_rules vda | tail -n 1)"

printf 1700000600 >"$folder/clock"
is "a clock that stands at its first day goes on from the time that was kept" 1700000600 "$(later_time "$folder/clock" 1600000000)"
is "a clock that is right is not set back" "" "$(later_time "$folder/clock" 1700000601)"
for text in "" "yesterday" "99999999999999999999" "4102444800" "-1"; do
    printf %s "$text" >"$folder/clock"
    is "\"$text\" is no time" "" "$(later_time "$folder/clock" 1600000000)"
done
is "nothing was kept" "" "$(later_time "$folder/none" 1600000000)"
finish

# shellcheck shell=dash
# Which disk is the box's own, read by initramfs-init; Tests/Image/own-disk.sh plays disks to it. The names of partitions prove
# nothing, since anybody can write them onto a stick, nor do their identifiers, which a copied image has too. So the own disk is one that
#   has all three partitions, and
#   holds the partition that the boot loader was started from, where the firmware tells which that was, and
#   is harder to get at than any other such disk.
# Two that are equally good are none: a box does not guess.
sys=/sys
dev=/dev
# What a disk within the box has ahead of one that is plugged into it, which may be there first: tenths of a second.
patience=30

# loader_partition: the unique identifier of the partition that systemd-boot was started from; nothing where the firmware keeps no
# variables (U-Boot without a store for them).
loader_partition() {
    variable=$sys/firmware/efi/efivars/LoaderDevicePartUUID-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
    [ -e "$variable" ] || return 0
    # Four bytes of attributes, then UTF-16.
    tail -c +5 "$variable" | tr -d '\000' | tr A-F a-f
}

# unique_identifier DISK NUMBER: of a partition, as the disk's GPT has it; the table lies where this image has it.
unique_identifier() {
    sector=$(cat "$sys/class/block/$1/queue/logical_block_size")
    # shellcheck disable=SC2046 # sixteen words
    set -- $(dd if="$dev/$1" bs=1 skip=$((sector * 2 + ($2 - 1) * 128 + 16)) count=16 2>/dev/null | od -An -v -tx1)
    echo "$4$3$2$1-$6$5-$8$7-$9${10}-${11}${12}${13}${14}${15}${16}"
}

# partition DISK NAME: the kernel's name for it; nothing if the disk has none or several.
partition() {
    found=""
    for uevent in "$sys/class/block/$1"/*/uevent; do
        grep -qx "PARTNAME=$2" "$uevent" 2>/dev/null || continue
        [ -z "$found" ] || return 0
        found=$(basename "$(dirname "$uevent")")
    done
    echo "$found"
}

# exposure DISK: 0 within the box, 1 in a slot for cards, 2 on USB.
exposure() {
    case $(readlink -f "$sys/class/block/$1") in */usb[0-9]*) echo 2; return ;; esac
    if [ "$(cat "$sys/class/block/$1/removable")" != 0 ] || [ "$(cat "$sys/class/block/$1/device/type" 2>/dev/null)" = SD ]; then
        echo 1
    else
        echo 0
    fi
}

# candidates: exposure and name of each disk that may be the own one, for now.
candidates() {
    loader=$(loader_partition)
    for block in "$sys"/class/block/*; do
        [ ! -e "$block/partition" ] || continue
        disk=$(basename "$block")
        boot=$(partition "$disk" validator-boot)
        if [ -z "$boot" ] || [ -z "$(partition "$disk" validator-root)" ] || [ -z "$(partition "$disk" validator-data)" ]; then continue; fi
        [ -z "$loader" ] || [ "$(unique_identifier "$disk" "$(cat "$block/$boot/partition")")" = "$loader" ] || continue
        echo "$(exposure "$disk") $disk"
    done | sort
}

# own_disk TENTHS: the disk's name, awaited for so long; else nothing, and why on standard error.
own_disk() {
    waited=0 seen=0 why="no disk has the partitions validator-boot, validator-root and validator-data that this box was started from"
    while [ "$waited" -lt "$1" ]; do
        # shellcheck disable=SC2046 # words
        set -- "$1" $(candidates)
        if [ $# -gt 1 ]; then
            seen=$((seen + 1))
            if [ "${4:-}" = "$2" ]; then
                why="both $3 and $5 may be this box's disk: unplug the one that is not"
            elif [ "$2" = 0 ] || [ "$seen" -gt "$patience" ]; then
                echo "$3"
                return
            fi
        fi
        set -- "$1"
        sleep 0.1
        waited=$((waited + 1))
    done
    echo "$why" >&2
}

# link_rules DISK: udev's rules that give the partitions of this disk, and of no other, the names that fstab uses.
link_rules() {
    for name in boot root data; do
        device=$(readlink -f "$sys/class/block/$(partition "$1" "validator-$name")")
        echo "SUBSYSTEM==\"block\", DEVPATH==\"${device#"$sys"}\", ENV{VALIDATOR_DISK}=\"$name\", SYMLINK+=\"validator-disk/$name\""
    done
}

# later_time FILE NOW: what the file holds, seconds since 1970, if that is later and no nonsense.
later_time() {
    kept=$(head -c 20 "$1" 2>/dev/null)
    case $kept in '' | *[!0-9]*) return 0 ;; esac
    # The end of 2099.
    [ ${#kept} -gt 10 ] || [ "$kept" -le "$2" ] || [ "$kept" -ge 4102444800 ] || echo "$kept"
}

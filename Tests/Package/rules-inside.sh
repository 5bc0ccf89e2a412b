#!/usr/bin/env bash
# The cases, within the root file system; rules.sh starts it. /mnt holds the rules and the devices.
set -uo pipefail
cd /mnt || exit 71

# Its comments are for people.
sed -i '/^#/d' devices.umockdev

passed=0 failed=0
verdict() {
    if [ "$1" -eq 0 ]; then
        passed=$((passed + 1))
        echo "passed: $device: $2"
    else
        failed=$((failed + 1))
        echo "FAILED: $device: $2"
    fi
}
# play DEVICE PATH: what udev would do when it is plugged in.
play() {
    device=$1
    umockdev-run --device=devices.umockdev -- udevadm test --action=add "/sys/devices/$2" >played 2>said \
        || { verdict 1 "is played"; cat said; }
}
says() { grep -qE -- "^ *$1\$" played; verdict $? "$1"; }
says_not() { ! grep -qE -- "^ *$1\$" played; verdict $? "not $1"; }

rules=/usr/lib/udev/rules.d
cp 60-validator.rules 70-validator.rules $rules
device=rules
udevadm verify --resolve-names=early $rules/{60,70}-validator.rules
verdict $? "are well-formed"

usb=pci0000:00/0000:00:14.0/usb1
ftdi=$usb/1-1/1-1:1.0/ttyUSB0/tty/ttyUSB0
cp210x=$usb/1-2/1-2:1.0/ttyUSB1/tty/ttyUSB1
receiver=$usb/1-3/1-3:1.0/ttyUSB2/tty/ttyUSB2
modem=$usb/1-4/1-4:1.0/ttyUSB3/tty/ttyUSB3
scanner=$usb/1-5/1-5:1.0/0003:0C2E:0B61.0005/input/input5/event5
keyboard=$usb/1-6/1-6:1.0/0003:046D:C31C.0006/input/input6/event6

play "FTDI adapter" $ftdi
says /dev/validator/reader0
says /dev/validator/by-path/pci-0000:00:14.0-usb-0:1:1.0
says 'validator \(gid=[0-9]+\)'
says 0660
says ID_MM_PORT_IGNORE=1
says SYSTEMD_WANTS=validator.service
says 'TAGS=.*:systemd:.*'

# gpsd's rules take every CP210x for a receiver.
play "CP210x adapter" $cp210x
says /dev/validator/reader0
says SYSTEMD_WANTS=validator.service

play "u-blox receiver" $receiver
says /dev/validator/gps0
says 'SYSTEMD_WANTS=.*gpsdctl@ttyUSB2.service.*'
says_not 'SYSTEMD_WANTS=.*validator.*'
says 'dialout \(gid=20\)'
says ID_MM_PORT_IGNORE=1

play "modem" $modem
says_not '/dev/validator/.*'
says_not 'ID_MM_PORT_IGNORE=.*'

play "scanner" $scanner
says /dev/validator/scanner0
says 'validator \(gid=[0-9]+\)'
says SYSTEMD_WANTS=validator.service
says LIBINPUT_IGNORE_DEVICE=1
says_not ID_INPUT_KEYBOARD=1
says_not 'CURRENT_TAGS=.*:power-switch:.*'

play "keyboard" $keyboard
says_not '/dev/validator/.*'
says ID_INPUT_KEYBOARD=1
says 'CURRENT_TAGS=.*:power-switch:.*'

play "light" platform/lights/leds/validator:green
says '.*/bin/chgrp validator /sys/devices/platform/lights/leds/validator:green/brightness.*'

cat >$rules/69-validator-local.rules <<'RULES'
SUBSYSTEM=="tty", ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:2:1.0", ENV{VALIDATOR_NAME}="reader1"
SUBSYSTEM=="tty", ENV{ID_SERIAL_SHORT}=="A50285BI", ENV{VALIDATOR_NAME}="gps0"
SUBSYSTEM=="input", KERNEL=="event*", ENV{ID_VENDOR_ID}=="0c2e", ENV{VALIDATOR_NAME}="none"
RULES
play "second adapter, named by its socket" $cp210x
says /dev/validator/reader1
says_not /dev/validator/reader0
play "adapter with a receiver, named by its serial number" $ftdi
says /dev/validator/gps0
says 'SYSTEMD_WANTS=.*gpsdctl@ttyUSB0.service.*'
says_not '/dev/validator/reader.*'
play "scanner that is none of ours" $scanner
says_not '/dev/validator/.*'

# As the image makes them of the provisioning file's devices.
sh ./device-rules >$rules/69-validator-local.rules <<'TABLE'
reader0 path=pci-0000:00:14.0-usb-0:2:1.0
scanner0 path=pci-0000:00:14.0-usb-0:6:1.0
modem path=pci-0000:00:14.0-usb-0:4
stick path=pci-0000:00:14.0-usb-0:7:1.0
TABLE
device="the image's rules"
udevadm verify --resolve-names=early $rules/69-validator-local.rules
verdict $? "are well-formed"
play "adapter in the reader's socket" $cp210x
says /dev/validator/reader0
play "adapter of a known kind in another socket" $ftdi
says_not '/dev/validator/.*'
play "receiver of a known kind in another socket" $receiver
says_not '/dev/validator/.*'
says_not 'SYSTEMD_WANTS=.*gpsdctl.*'
play "scanner of a known maker in another socket" $scanner
says_not '/dev/validator/.*'
play "keyboard in the scanner's socket" $keyboard
says /dev/validator/scanner0
play "modem in its socket" $usb/1-4
says_not ID_MM_DEVICE_IGNORE=1
play "device in another socket than the modem's" $usb/1-3
says ID_MM_DEVICE_IGNORE=1
rm $rules/{60,69,70}-validator*.rules

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# provision.sh PROGRAMS: plays boot partitions to the image's provisioning script, with validatord and validatorctl of the folder
# PROGRAMS, and checks what a box has afterwards; also when it is cut off at each of its steps.
set -euo pipefail
# shellcheck source=Tests/Image/common.sh
. "$(dirname "$0")/common.sh"
programs=$(realpath "$1")
image=$source_root/board/image/files

# In the place of what needs root or a box. Each is a step at which the box may be cut off: CUT_AT tells at which.
mkdir "$folder/bin"
for step in mount umount udevadm chown sync mv cp rm dd validatord validatorctl; do
    case $step in
    mount | umount | udevadm | chown | sync) does=: ;;
    validatord) does="\"$programs/validatord\" \"\$@\"" ;;
    validatorctl) does="if [ \"\$1\" = enrol ]; then echo \"\$*, and \$(cat)\" >\"\$VALIDATOR_ROOT/asked\"; exit \"\$(cat \"\$VALIDATOR_ROOT/answer\")\"; fi
if [ \"\$1\" = takeover ]; then echo \"this box is another\"; touch \"\$VALIDATOR_ROOT/etc/validator/taken\"; else \"$programs/validatorctl\" \"\$@\"; fi" ;;
    *) does="$(command -v $step) \"\$@\"" ;;
    esac
    cat >"$folder/bin/$step" <<STEP
#!/bin/sh
echo $step >>"\$VALIDATOR_ROOT/steps"
[ "\$(wc -l <"\$VALIDATOR_ROOT/steps")" != "\${CUT_AT:-}" ] || { kill -KILL "\$SCRIPT"; exit 9; }
$does
STEP
    chmod +x "$folder/bin/$step"
done

box="" boot="" etc=""
new_box() {
    box=$folder/box
    rm -rf "$box"
    mkdir -p "$box"/{boot,run,usr/lib,etc/validator,etc/NetworkManager/system-connections}
    boot=$box/boot etc=$box/etc/validator
    cp -r "$image/usr/lib/validator" "$image/usr/lib/NetworkManager" "$box/usr/lib"
    cp "$source_root/board/validator.toml" "$etc"
}
# start: as at each power-on; what it says is in `said`.
start() {
    : >"$box/steps"
    result=0
    # A shell of its own, whose number the steps know.
    said=$(VALIDATOR_ROOT=$box PATH=$folder/bin:$PATH sh -c 'SCRIPT=$$; export SCRIPT; exec sh "$0"' "$box/usr/lib/validator/provision" 2>&1) || result=$?
}
error() { cat "$boot/validator-provision.error.txt" 2>/dev/null || true; }
# Everything that the box has and that its identity is of, as one text.
state() { (cd "$box" && find etc run -type f ! -name provisioned -exec sha256sum {} + | sort -k 2); }
configured() { grep -cxF "$1" "$etc/validator.toml" || true; }
identity() { printf 'device_id = "%s"\nbase_url = "https://%s/hw"\n' "$1" "${2:-p.example}"; }
prove() { printf 'proof = "%s"\n' "$(openssl dgst -sha256 -hmac "$1" <"$boot/validator-provision.toml" | sed 's/.* //')" >>"$boot/validator-provision.toml"; }
put() { cat >"$boot/validator-provision.toml"; }

new_box
start
is "a box without identity waits for one" 0 "$result"
contains "and says so" "not provisioned" "$said"

# A new box, and then the same box with another file.
provisioned_box() {
    new_box
    {
        identity VLD1
        echo 'platform_secret = "first"'
        echo 'console_pin = "2468"'
        echo 'apn = "cmiot"'
        echo 'device_reader0 = "path=pci-0000:00:08.0-usb-0:2:1.0"'
    } | put
    start
}
provisioned_box
is "a new box takes any file" 0 "$result"
is "its identity" 1 "$(configured 'id = "VLD1"')"
is "its secret" first "$(cat "$etc/platform.secret")"
is "where the configuration finds it" 1 "$(configured 'secret_file = "'"$etc"'/platform.secret"')"
is "for its user alone" 600 "$(stat -c %a "$etc/platform.secret")"
contains "the console's PIN, as a hash" pbkdf2-sha256 "$(cat "$etc/console.pin")"
lacks "and not as it is" 2468 "$(cat "$etc/console.pin")"
contains "its network" apn=cmiot "$(cat "$box/etc/NetworkManager/system-connections/mobile.nmconnection")"
contains "its devices' names" 'ENV{ID_PATH}=="pci-0000:00:08.0-usb-0:2:1.0", ENV{VALIDATOR_NAME}="reader0"' \
    "$(cat "$box/run/udev/rules.d/69-validator-local.rules")"
is "and the file is erased" "" "$(ls "$boot")"
is "nothing else stays" "" "$(find "$etc" -name '.*')"
before=$(state)

# refuses WHAT WHY: the file that is there changes nothing.
refuses() {
    start
    is "$1: refused" 65 "$result"
    contains "$1: it is said why" "$2" "$(error)"
    is "$1: nothing is changed" "$before" "$(state)"
    is "$1: nothing else stays" "" "$(find "$etc" -name '.*')"
    rm -f "$boot"/*
}
{ identity VLD1 evil.example; echo 'platform_secret = "second"'; } | put
refuses "another file without a proof" "provision-proof"
{ identity VLD1 evil.example; echo 'platform_secret = "second"'; } | put
prove second
refuses "a proof under a secret of its own" "not one under this box's present secret"
identity VLD1 evil.example | put
prove first
sed -i 's/evil/worse/' "$boot/validator-provision.toml"
refuses "a file changed after its proof" "not one under this box's present secret"
{ identity VLD1; echo 'platform_secret = "second"'; echo 'ticket_secret = "t"'; echo 'app_id = "a'$'\001''"'; } | put
prove first
refuses "a proven file with a mistake" "validator.toml"
{ identity VLD1; echo 'hub_key = "short"'; } | put
prove first
refuses "a hub's key that is none" "hub_key"
identity VLD1 | put
prove first
cp "$source_root/board/validator.toml" "$boot/validator.toml"
refuses "a configuration that the proven file does not mean" "validator_toml_sha256 = "
identity VLD1 | put
prove first
echo 'SUBSYSTEM=="tty", RUN+="/bin/sh"' >"$boot/69-validator-local.rules"
refuses "rules" "rules are not taken any more"
: >"$boot/validator-x.identity"
refuses "another box's identity for a box that has one" "provisioned already"
for device in 'reader0 = "path=a,RUN+=b"' 'reader0 = "path=a;b"' 'reader0 = "path=*"' 'reader0 = "path=a b"' 'reader0 = "kernel=a"' 'stick = "serial=1"' 'gps0 = "none"'; do
    { identity VLD1; echo "device_$device"; } | put
    prove first
    refuses "a device $device" "${device%% =*}"
done

echo 'console_pin = "13579"' | put
prove first
start
is "a proven file with a PIN alone is taken" 0 "$result"
is "the identity stays" 1 "$(configured 'id = "VLD1"')"
is "and the names of devices" 1 "$(grep -c reader0 "$etc/devices")"
{ identity VLD2; printf 'device_reader0 = "serial=7"\ndevice_stick = "none"\n'; } | put
sed 's/^level = .*/level = "debug"/' "$source_root/board/validator.toml" >"$boot/validator.toml"
printf 'validator_toml_sha256 = "%s"\n' "$(sha256sum <"$boot/validator.toml" | cut -d ' ' -f 1)" >>"$boot/validator-provision.toml"
prove first
start
is "a proven file with its configuration is taken" 0 "$result"
is "its identity" 1 "$(configured 'id = "VLD2"')"
is "its devices" "reader0 serial=7 stick none" "$(paste -sd ' ' "$etc/devices")"
is "and nothing stays on the boot partition" "" "$(ls "$boot")"

new_box
identity VLD1 | put
start
identity VLD2 | put
prove ""
start
is "a box without any secret takes no other file" 65 "$result"
contains "and it is said what to do" "writing the image" "$(error)"

new_box
: >"$boot/validator-x.identity"
: >"$boot/validator-x.claim"
echo "of the stick" >"$boot/validator-passphrase.txt"
echo '{}' >"$boot/validator-x.jsonl"
echo 'console_pin = "2468"' | put
start
is "empty carried files, with a PIN for the box that takes over: taken" 0 "$result"
is "and all are erased" "" "$(ls "$boot")"
contains "the PIN is set" pbkdf2-sha256 "$(cat "$etc/console.pin")"
is "it is provisioned" yes "$([ -e "$etc/provisioned" ] && echo yes)"

# A box that its hub is to give a secret.
enrol_lines() { printf 'enrol_url = "https://hub.example/manage/v1"\nenrol_code = "%s"\n' "$1"; }
enrols() {
    echo "$1" >"$box/answer"
    result=0
    said=$(VALIDATOR_ROOT=$box PATH=$folder/bin:$PATH sh -c 'SCRIPT=$$; export SCRIPT; exec sh "$0"' "$box/usr/lib/validator/enrol" 2>&1) || result=$?
}
new_box
{ printf 'device_id = "VLD1"\n'; enrol_lines ABCD-EFGH; } | put
start
is "a new box may be given a code in place of an address" 0 "$result"
is "until the hub gives one, its calls go there" 1 "$(configured 'base_url = "https://hub.example/manage/v1"')"
is "the code is for root alone" 600 "$(stat -c %a "$etc/enrolment")"
is "and is erased where it came from" "" "$(ls "$boot")"
enrols 69
is "a hub that is not reached is asked again" 69 "$result"
is "with the same code" ABCD-EFGH "$(sed -n 2p "$etc/enrolment")"
enrols 0
is "a hub that takes the code is asked no more" 0 "$result"
is "it was asked, with the code where nobody sees it" \
    "enrol https://hub.example/manage/v1 - --config $etc/validator.toml, and ABCD-EFGH" "$(cat "$box/asked")"
is "and the code is forgotten" "" "$(find "$etc" -name enrolment)"
rm "$box/asked"
enrols 0
is "without a code nobody is asked" no "$([ -e "$box/asked" ] || echo no)"
new_box
{ printf 'device_id = "VLD1"\n'; enrol_lines ABCD-EFGH; } | put
start
enrols 77
is "a code that is refused for good is forgotten" 0 "$result$(find "$etc" -name enrolment)"
contains "and it is said what to do" "another provisioning file" "$said"
new_box
before=$(state)
printf 'device_id = "VLD1"\nenrol_url = "https://hub.example/manage/v1"\n' | put
refuses "an address to enrol at without a code" "needs enrol_code"
printf 'device_id = "VLD1"\nbase_url = "https://p.example"\nenrol_code = "ABCD"\n' | put
refuses "a code without an address to enrol at" "needs enrol_url"
provisioned_box
enrol_lines ABCD-EFGH | put
prove first
start
is "a box that has an address keeps it until it is enrolled" "0 1" "$result $(configured 'base_url = "https://p.example/hw"')"

# Cut off at each step, and started again: the box has the old identity whole or the new one whole, never a mixture, and in the end
# the new one.
provisioned_box
cp -r "$box" "$folder/before"
whole() { printf '%s %s %s' "$(configured 'id = "VLD1"')" "$(cat "$etc/platform.secret")" "$(grep -c reader0 "$etc/devices")"; }
step=0
while :; do
    step=$((step + 1))
    rm -rf "$box"
    cp -r "$folder/before" "$box"
    { identity VLD2; printf 'platform_secret = "second"\ndevice_gps0 = "port=ttyS1"\n'; } | put
    prove first
    CUT_AT=$step start
    [ "$result" -ne 0 ] || break
    start
    if [ "$result" -ne 0 ] || [ "$(whole)" != "0 second 0" ] || [ -n "$(ls "$boot")" ] || [ -n "$(find "$etc" -name '.*')" ]; then
        verdict "cut off at step $step ($(sed -n "${step}p" "$box/steps"))" 1 "$result, $(whole), $(find "$boot" "$etc" | paste -sd ' '): $said"
    fi
done
is "every step was cut off once" yes "$([ "$step" -gt 20 ] && echo yes)"
finish

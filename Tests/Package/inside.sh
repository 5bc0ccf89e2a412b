#!/usr/bin/env bash
# The cases, within the root file system; packages.sh starts it. /test holds the packages.
set -uo pipefail
cd /test || exit 71

passed=0 failed=0
# check WHAT COMMAND...: runs it, and prints what it said only if it failed. /test/said: what the one before said.
check() {
    local what=$1
    shift
    [ ! -e /test/output ] || mv /test/output /test/said
    if "$@" >/test/output 2>&1; then
        passed=$((passed + 1))
        echo "passed: $what"
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
        sed 's/^/    /' /test/output
    fi
}
refused() { ! "$@"; }

validator=$(ls validator_*.deb) hub=$(ls validator-hub_*.deb)
version=$(dpkg-deb -f "$validator" Version)
state=/var/lib/validator

# The package as a later release would bring it; its schema is that of this one, or the one after.
later_release() {
    rm -rf later
    dpkg-deb -R "$validator" later
    sed -i "s/^Version: .*/Version: $version+later/" later/DEBIAN/control
    dpkg-deb --root-owner-group -Znone -b later later.deb >/dev/null
}

installed_version() { [ "$(dpkg-query --show --showformat='${db:Status-Status} ${Version}' validator)" = "installed $1" ]; }

# As the unit would start it, but for the sandbox.
start_daemon() {
    install -d -o validator -g validator -m 0755 /run/validator
    install -d -o validator -g validator -m 0700 "$state"
    setpriv --reuid=validator --regid=validator --init-groups --no-new-privs \
        validatord --config /etc/validator/validator.toml >/test/daemon.log 2>&1 &
    daemon=$!
    local tries=300
    while [ $((tries -= 1)) -gt 0 ]; do
        validatorctl status >/dev/null 2>&1 && return 0
        kill -0 "$daemon" 2>/dev/null || break
        sleep 0.1
    done
    cat /test/daemon.log
    return 1
}
stop_daemon() { kill "$daemon" && wait "$daemon"; }

outbox_digest() { sha256sum <"$state/outbox.db"; }
# SQLite's user_version: four bytes, most significant first, at 60.
raise_schema() { printf '\0\0\0\143' | dd of="$state/outbox.db" bs=1 seek=60 conv=notrunc status=none; }

install_both() {
    # The first leaves the packages without what they depend on, as by hand on a box; the second brings it.
    dpkg -i "$validator" "$hub" || true
    apt-get update -q && apt-get install -q --fix-broken --yes --no-install-recommends
}
check "dpkg -i, and apt-get for the dependencies" install_both
check "installed" installed_version "$version"
check "validatord runs" [ "$(validatord --version)" = "validatord $version" ]
check "validatorctl runs" validatorctl --version
check "validator-hub runs" validator-hub --version
check "the configuration is root's, and the service's to read" [ "$(stat -c '%U %G %a' /etc/validator/validator.toml)" = "root validator 640" ]
check "the packaged configuration has no mistake" validatord --check-config --config /etc/validator/validator.toml
check "the daemon's user" id validator
check "the hub's user" id validator-hub
# Debian 12 does not know two settings, and says so.
units_are_well_formed() {
    systemd-analyze verify --man=no validator.service validator-hub.service 2>&1 | sed -E "/Unknown key 'Restart(Steps|MaxDelaySec)'/d" >verified
    [ ! -s verified ] || { cat verified; false; }
}
check "the units are well-formed" units_are_well_formed
check "the daemon's exposure is at most 2.0" systemd-analyze security --offline=true --threshold=20 validator.service
check "the hub's exposure is at most 2.0" systemd-analyze security --offline=true --threshold=20 validator-hub.service
if udevadm verify --help >/dev/null 2>&1; then
    check "the device rules are well-formed" udevadm verify --resolve-names=early /usr/lib/udev/rules.d/{60,70}-validator.rules
fi
check "bash completions are well-formed" bash -n /usr/share/bash-completion/completions/validatorctl

check "the daemon starts as its user, and answers" start_daemon
check "the daemon ends when asked" stop_daemon
before=$(outbox_digest)
echo "# changed by a technician" >>/etc/validator/validator.toml

later_release
check "an upgrade" dpkg -i later.deb
check "upgraded" installed_version "$version+later"
check "an upgrade leaves the records as they are" [ "$(outbox_digest)" = "$before" ]
check "an upgrade keeps a changed configuration" grep -q "changed by a technician" /etc/validator/validator.toml

cp "$state/outbox.db" outbox.kept
raise_schema
check "a downgrade below the database's schema is refused" refused dpkg -i "$validator"
check "the refusal names the file and what to do" grep -q "outbox.db was written by a later release (schema 99" /test/said
check "and the later release stays" installed_version "$version+later"
check "as a fresh installation it is refused too" bash -c "dpkg -r validator && ! dpkg -i $validator"
cp outbox.kept "$state/outbox.db"
check "a downgrade with the same schema goes" dpkg -i "$validator"
check "downgraded" installed_version "$version"
check "the daemon takes the records up" start_daemon
check "and ends" stop_daemon
before=$(outbox_digest)

check "removal" dpkg -r validator validator-hub
check "removal takes the programs" [ ! -e /usr/bin/validatord ]
check "removal leaves the records" [ "$(outbox_digest)" = "$before" ]
check "removal leaves the configuration" [ -e /etc/validator/validator.toml ]

echo secret >/etc/validator/ticket.secret
echo secret >/etc/validator-hub/ticket.secret
check "purge" dpkg -P validator validator-hub
check "purge takes the configuration" [ ! -e /etc/validator ]
check "purge takes the hub's configuration" [ ! -e /etc/validator-hub ]
check "purge takes the state" [ ! -e "$state" ]
check "purge keeps the records" [ "$(sha256sum </var/backups/validator/*/outbox.db)" = "$before" ]
check "for root alone" [ "$(stat -c '%U %a' /var/backups/validator)" = "root 700" ]
check "purge again" dpkg -P validator

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

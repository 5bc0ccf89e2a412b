#!/usr/bin/env bash
# scan.sh: lists the packages in the image for which Debian has a newer version now; exit status 1 if a security update is among them.
set -euo pipefail
# shellcheck source=board/image/common.sh
. "$(dirname "$0")/common.sh"

status=$(find "$cache" -maxdepth 1 -name "validator_*_$architecture.status")
[ -f "$status" ] || fail "there must be one list of packages in $cache: run make image; found: $status" 66
apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt"/{state/lists/partial,cache/archives/partial,etc/preferences.d,etc/apt.conf.d}
{
    echo "deb $(mirror) $release main"
    echo "deb $(mirror) $release-updates main"
    security_updates
} >"$apt/sources.list"
# apt's own folders for what is installed in the image, not here.
options=(
    -o "Dir::State=$apt/state" -o "Dir::State::status=$status" -o "Dir::Cache=$apt/cache" -o "Dir::Etc::sourcelist=$apt/sources.list"
    -o Dir::Etc::sourceparts=- -o "Dir::Etc::preferencesparts=$apt/etc/preferences.d" -o "APT::Architecture=$architecture"
    -o "APT::Architectures=$architecture" -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none
    -o APT::Sandbox::User=root
)
with_retries apt-get "${options[@]}" -q -q update
newer=$(apt list "${options[@]}" --upgradable 2>/dev/null | sed '/^Listing/d')
count=$(grep -c '^Package:' "$status")
if [ -z "$newer" ]; then
    say "$count packages, for none of which Debian $release has a newer version"
    exit 0
fi
printf '%s\n' "$newer"
faults=$(grep -cE "^[^/]*/[^ ]*-security" <<<"$newer" || true)
say "$count packages; for $(wc -l <<<"$newer") Debian $release has a newer version, for $faults of them as a security update"
[ "$faults" -eq 0 ]

#!/usr/bin/env bash
# Installs what building, testing and the demo need on Debian 12 and 13, and checks for a Swift toolchain.
# Does nothing when all of it is there. Needs root or sudo only when something is missing.
set -euo pipefail

# Newest first feature that the sources use: nonisolated/MainActor default isolation and strict memory safety.
swift_required=6.2

packages=(
    ca-certificates
    curl
    espeak-ng               # speaks the voice prompts
    g++                     # the C++ standard library's headers, for toml++
    gpsd
    libasound2-dev          # its header; the library itself is loaded when a sound is first needed
    libcurl4-openssl-dev
    libgps-dev
    libpq-dev
    libserialport-dev
    libsqlite3-dev
    libssl-dev
    libtomlplusplus-dev
    libwslay-dev
    libxlsxwriter-dev
    make
    nftables                # loses packets in a test
    nghttp2-proxy           # an HTTP/2 server for the tests
    openssl
    python3
    python3-venv            # for the runner of the WebSocket cases
    shellcheck
    sox                     # trims and resamples the voice prompts
    sqlite3
    umockdev                # device nodes for the tests of scanners
    zlib1g-dev
    "$@"                    # further packages, named as arguments
)

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

is_installed() { dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    else
        fail "missing packages, and neither root nor sudo is at hand; as root, run: apt-get install $missing"
    fi
}

# Mirrors fail for a moment now and then.
with_retries() {
    local attempt
    for attempt in 1 2 3; do
        "$@" && return 0
        say "attempt $attempt failed: $*"
        sleep $((attempt * 5))
    done
    fail "gave up: $*"
}

install_packages() {
    say "installing $missing"
    with_retries as_root apt-get -o DPkg::Lock::Timeout=120 update --quiet
    # shellcheck disable=SC2086 # one word per package
    with_retries as_root apt-get -o DPkg::Lock::Timeout=120 install --yes --quiet --no-install-recommends $missing
}

# Fresh packages serve through systemd what a build machine does not have or want: a receiver, web pages, measurements.
keep_new_services_from_starting() {
    [ -d /run/systemd/system ] || return 0
    case " $missing " in *" gpsd "*) as_root systemctl disable --now --quiet gpsd.socket gpsd.service || true ;; esac
    case " $missing " in *" nginx "*) as_root systemctl disable --now --quiet nginx.service || true ;; esac
    case " $missing " in *" prometheus "*) as_root systemctl disable --now --quiet prometheus.service || true ;; esac
}

# A fresh postgresql package makes a database server of its own and starts it; the tests start theirs.
keep_new_postgresql_from_starting() {
    local settings=/etc/postgresql-common/createcluster.conf
    [ -e "$settings" ] && return 0
    as_root mkdir -p "${settings%/*}"
    # shellcheck disable=SC2016 # $1 is the inner shell's
    as_root sh -c 'echo "create_main_cluster = false" >"$1"' sh "$settings"
}

check_swift() {
    local hint="install Swift $swift_required or newer (https://www.swift.org/install/linux/) and put it on PATH"
    command -v swift >/dev/null || fail "no swift on PATH; $hint"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    [ -n "$version" ] || fail "swift --version prints no version; $hint"
    printf '%s\n%s\n' "$swift_required" "$version" | sort --version-sort --check=quiet \
        || fail "Swift $version is too old; $hint"
}

command -v dpkg-query >/dev/null || fail "this script knows Debian 12 and 13 only; elsewhere install the equivalents of: ${packages[*]}"

missing=""
for package in "${packages[@]}"; do
    is_installed "$package" || missing="$missing $package"
done
missing=${missing# }
if [ -n "$missing" ]; then
    case " $missing " in *" postgresql "*) keep_new_postgresql_from_starting ;; esac
    install_packages
    keep_new_services_from_starting
fi
check_swift
say "ready"

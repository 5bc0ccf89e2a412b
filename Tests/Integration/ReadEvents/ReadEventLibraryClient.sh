#!/usr/bin/env bash
# A client of the read-event interface on the Python package websockets:
#   ReadEventLibraryClient.sh install           gets the package, where that has not been done
#   ReadEventLibraryClient.sh URL HEADER VALUE  sends each line of its input as a text, and prints each text that it receives
# The package comes from PyPI, at one version, into a folder of its own beside the build.
set -euo pipefail

readonly version=15.0.1
# For the case that the package cannot be had.
readonly unavailable=77

fail() { printf 'ReadEventLibraryClient.sh: %s\n' "$*" >&2; exit "$unavailable"; }

folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$folder/../../.." && pwd)
venv=$root/.build/websockets-$version

if [ ! -x "$venv/bin/python" ]; then
    command -v python3 >/dev/null || fail "no python3"
    mkdir -p "$root/.build"
    # Made aside and renamed, so that an installation that was cut off is not taken for one.
    new=$(mktemp -d "$root/.build/websockets.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    python3 -m venv "$new" >&2 || fail "python3 makes no virtual environment (Debian: apt-get install python3-venv)"
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check "websockets==$version" >&2 \
        || fail "PyPI gives no websockets $version"
    mv -T "$new" "$venv" 2>/dev/null || [ -x "$venv/bin/python" ] || fail "cannot write $venv"
fi

[ "${1:-}" != install ] || exit 0
exec "$venv/bin/python" "$folder/ReadEventLibraryClient.py" "$@"

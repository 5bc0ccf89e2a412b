#!/usr/bin/env bash
# The runner of the Autobahn WebSocket cases, kosoku of PyPI, at one version, in a folder of its own beside the build.
#   kosoku.sh install             gets it, where that has not been done
#   kosoku.sh run ADDRESS FOLDER  runs the cases, but not those of compression, against a server; the report goes to FOLDER
set -euo pipefail

readonly version=0.1.0

fail() { printf 'kosoku.sh: %s\n' "$*" >&2; exit 1; }

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$root/.build/kosoku-$version

install() {
    [ -x "$venv/bin/kosoku" ] && return
    command -v python3 >/dev/null || fail "no python3"
    mkdir -p "$root/.build"
    # Made aside and renamed, so that an installation that was cut off is not taken for one.
    new=$(mktemp -d "$root/.build/kosoku.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    python3 -m venv "$new" || fail "python3 makes no virtual environment (Debian: apt-get install python3-venv)"
    "$new/bin/python" -m pip install --quiet --disable-pip-version-check "kosoku==$version" || fail "PyPI gives no kosoku $version"
    mv -T "$new" "$venv" 2>/dev/null || [ -x "$venv/bin/kosoku" ] || fail "cannot write $venv"
}

case "${1:-} $#" in
"install 1") install ;;
# By its interpreter: the program's first line names the folder that it was made in. Most cases wait for the other side.
"run 3") exec "$venv/bin/python" "$venv/bin/kosoku" "$2" --parallelism 4 --exclude '12.*' --exclude '13.*' --outdir "$3" ;;
*) fail "usage: kosoku.sh install | kosoku.sh run ADDRESS:PORT FOLDER" ;;
esac

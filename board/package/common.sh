# Shared by the scripts beside it. Sets:
#   source_root  the source tree
#   cache        what is kept between builds; DEB_CACHE=FOLDER puts it elsewhere
# shellcheck shell=bash

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=${DEB_CACHE:-$source_root/.build-deb}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)

say() { printf '%s: %s\n' "$(basename "$0")" "$*"; }
fail() { printf '%s: %s\n' "$(basename "$0")" "$1" >&2; exit "${2:-1}"; }

# Mirrors fail for a moment now and then.
with_retries() {
    local attempt
    for attempt in 1 2 3; do
        "$@" && return 0
        say "attempt $attempt failed: $1"
        sleep $((attempt * 5))
    done
    fail "gave up: $*" 69
}

need_root() { [ "$(id -u)" -eq 0 ] || fail "needs root for $1: run it by sudo" 77; }

need_programs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || fail "$program is missing: run board/setup.sh" 69
    done
}

# The Debian mirror that this machine's own packages come from.
mirror() {
    local uri
    # shellcheck disable=SC2016 # apt's variable
    uri=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null | grep -m 1 '/debian/\?$' || true)
    echo "${uri:-http://deb.debian.org/debian}"
}

# cached NAME KEY COMMAND...: a folder of the cache, made by COMMAND, which is handed its path, unless it is there already and was
# made with the same KEY. A folder that was made half way is never taken for one.
cached() {
    local root=$cache/$1 stamp
    stamp=$(printf '%s' "$2" | sha256sum)
    shift 2
    [ "$(cat "$root.stamp" 2>/dev/null)" != "$stamp" ] || return 0
    rm -rf "$root" "$root.stamp"
    mkdir -p "$(dirname "$root")"
    "$@" "$root"
    printf '%s\n' "$stamp" >"$root.stamp"
}

# Shared by the scripts beside it. Sets:
#   source_root  the source tree
#   native       this machine's architecture, as Debian names it
#   cache        what is built; DEB_CACHE=FOLDER puts it elsewhere
#   kept         what is made of downloads alone, for every source tree of this user; VALIDATOR_CACHE=FOLDER puts it elsewhere
# shellcheck shell=bash disable=SC2034

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
native=$(dpkg --print-architecture)
cache=${DEB_CACHE:-$source_root/.build-deb}
kept=${VALIDATOR_CACHE:-${XDG_CACHE_HOME:-~/.cache}/validator}
mkdir -p "$cache" "$kept"
cache=$(cd "$cache" && pwd)
kept=$(cd "$kept" && pwd)

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

# Before anything kept is looked for, so that a program is missed on every machine.
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

# bootstrap RELEASE ROOT OPTION...: a root file system of a Debian release, by mmdebstrap.
bootstrap() {
    local release=$1 root=$2
    shift 2
    # Half of one is what an attempt that failed leaves. Snapshots of a mirror may be older than their own expiry date.
    rm -rf "$root"
    mmdebstrap --quiet --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "$@" "$release" "$root" "$(mirror)"
}

# cached NAME RECIPE COMMAND...: lets $cache/NAME lead to a folder that COMMAND, which is handed its path, has made of downloads. It is
# kept under a hash of the recipe, which is all that it depends on. It is made aside and renamed: one that was made half way is never
# taken for it. Of two who want it at once one makes it, and the other waits. Nobody changes it, and it goes when a month has not
# asked for it and another recipe comes.
cached() {
    local name=$1 folder lock
    folder=$kept/$name-$(printf '%s' "$2" | sha256sum | cut -c 1-16)
    shift 2
    exec {lock}>"$kept/$name.lock"
    flock "$lock"
    if [ ! -d "$folder" ]; then
        find "$kept" -maxdepth 1 \( -name "$name-????????????????" -mtime +30 -o -name "$name-*.new" \) -exec rm -rf {} +
        "$@" "$folder.new"
        sync --file-system "$folder.new"
        mv -T "$folder.new" "$folder"
    fi
    touch "$folder"
    exec {lock}>&-
    rm -rf "${cache:?}/$name"
    ln -s "$folder" "$cache/$name"
}

# Packages that another architecture's programs need to run here.
emulation_packages=(arch-test qemu-user-static)

# Has the kernel run arm64 programs, in other root file systems too, by QEMU's emulator. It stays so until the machine is restarted.
emulate_arm64() {
    need_programs arch-test
    local folder=/proc/sys/fs/binfmt_misc why="this machine cannot run arm64 programs"
    # Even where it is known already: kernels from 6.7 on forget it with the last mount, which another may hold.
    [ -e "$folder/register" ] || mount -t binfmt_misc binfmt_misc "$folder" || say "$folder is not mounted"
    ! arch-test arm64 >/dev/null || return 0
    need_root "telling the kernel of an emulator"
    [ -e "$folder/register" ] || fail "$why: its kernel has no binfmt_misc, or does not let it be mounted here" 69
    # A name of our own: where another made it known at the same moment, ours comes too late, and that is all.
    sed "s/^:[^:]*:/:validator-aarch64${BARE:+-bare}:/" /usr/lib/binfmt.d/qemu-aarch64.conf >"$folder/register" \
        || say "the kernel did not take the emulator from $folder/register"
    arch-test arm64 >/dev/null || fail "$why, though QEMU's emulator is installed: see $folder, which may be read-only" 69
}

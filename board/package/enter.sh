#!/usr/bin/env bash
# enter.sh ROOT OPTION... -- COMMAND...: runs COMMAND in the root file system ROOT. What it writes there is gone when it ends, and so
# are its mounts and processes, however it ends. ROOT stays as it is, and others may be in it at the same time.
#   --bind FOLDER[=AT]       FOLDER is within too, and can be written
#   --read-only FOLDER[=AT]  FOLDER is within too
#   --copy FILE[=AT]         a copy of FILE is within
#   --git                    git takes packages from the same local folders as here, if it is told to
#   --scratch FOLDER         an empty folder for what is written; without it that is memory
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

if [ "${1:-}" != --unshared ]; then
    need_root "a root file system of its own"
    need_programs setpriv unshare
    exec setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child "$0" --unshared "$@"
fi

root=$2
shift 2
# Three words each: rw or ro, folder, place.
binds=()
copies=() scratch="" git=false
bind() { binds+=("$1" "${2%%=*}" "${2#*=}"); }
while [ "$1" != -- ]; do
    case $1 in
    --bind) bind rw "$2" && shift ;;
    --read-only) bind ro "$2" && shift ;;
    --copy) copies+=("$2") && shift ;;
    --scratch) scratch=$2 && shift ;;
    --git) git=true ;;
    *) fail "unknown option: $1" 64 ;;
    esac
    shift
done
shift

umask 022
mount --make-rprivate /
if [ -z "$scratch" ]; then
    scratch=$kept/mount
    mkdir -p "$scratch"
    mount -t tmpfs tmpfs "$scratch"
fi
within=$scratch/root
mkdir "$scratch/changes" "$scratch/work" "$within"
root=$(realpath "$root")
if ! mount -t overlay -o "lowerdir=$root,upperdir=$scratch/changes,workdir=$scratch/work" overlay "$within"; then
    say "no overlay to be had: copying $root"
    cp -a "$root/." "$within"
    mount --bind "$within" "$within"
fi

mount -t proc proc "$within/proc"
mount --rbind /sys "$within/sys"
mount --rbind /dev "$within/dev"

copy() {
    mkdir -p "$(dirname "$within$2")"
    # Not through a link out of the root file system.
    rm -f "$within$2"
    cp -L "$1" "$within$2"
}
for file in /etc/resolv.conf /etc/hosts; do [ ! -e "$file" ] || copy "$file" "$file"; done
for file in "${copies[@]}"; do copy "${file%%=*}" "${file#*=}"; done

if $git; then
    while read -r key address; do
        git config --file "$within/etc/gitconfig" --add "$key" "$address"
        folder=$(sed -nE 's|^url\.(file://)?(/.*)\.insteadof$|\2|p' <<<"$key")
        [ ! -d "$folder" ] || bind ro "$folder"
    done < <(git config --get-regexp '^url\..*\.insteadof$')
fi

for ((i = 0; i < ${#binds[@]}; i += 3)); do
    at=$within${binds[i + 2]}
    mkdir -p "$at"
    mount --bind "${binds[i + 1]}" "$at"
    [ "${binds[i]}" = rw ] || mount -o remount,bind,ro "$at"
done

exec chroot "$within" "$@"

# Shared by the scripts beside it. Sets:
#   source_root   the source tree
#   cache         what is kept between builds; IMAGE_CACHE=FOLDER puts it elsewhere
#   debs          where `make deb` leaves the packages
#   architecture  of the board: arm64, or amd64 by ARCH=amd64
#   release       of Debian, for which that package was built
# shellcheck shell=bash disable=SC2034

# shellcheck source=board/package/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package/common.sh"
debs=$cache
cache=${IMAGE_CACHE:-$source_root/.build-image}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
image_source=$source_root/board/image
architecture=${ARCH:-arm64}
case $architecture in
arm64) release=trixie ;;
amd64) release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release) ;;
*) fail "ARCH must be arm64 or amd64" 64 ;;
esac

# security_updates: apt's line for the updates of `release`, beside the mirror that the packages come from.
security_updates() { echo "deb $(mirror | sed -E 's|/debian/?$|/debian-security|') $release-security main"; }

# bootstrap_with_updates ROOT OPTION...: as `bootstrap`, of `release`, with its security updates.
bootstrap_with_updates() {
    local root=$1
    shift
    # shellcheck disable=SC2016 # mmdebstrap's argument
    updates=$(security_updates) bootstrap "$release" "$root" \
        --setup-hook='echo "$updates" >"$1/etc/apt/sources.list.d/security.list"' "$@"
}

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

# Shared by the scripts beside it. Sets:
#   source_root  the source tree
#   cache        what is kept between builds; IMAGE_CACHE=FOLDER puts it elsewhere
#   debs         where `make deb` leaves the packages
# shellcheck shell=bash disable=SC2034

# shellcheck source=board/package/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../package/common.sh"
debs=$cache
cache=${IMAGE_CACHE:-$source_root/.build-image}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
image_source=$source_root/board/image

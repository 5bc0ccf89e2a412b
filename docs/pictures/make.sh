#!/usr/bin/env bash
# Makes the dark pictures and the Chinese one out of architecture.svg and bus.svg, which are drawn by hand.
set -euo pipefail
cd "$(dirname "$0")"

sed -f zh-CN.sed bus.svg >bus.zh-CN.svg
for picture in architecture bus bus.zh-CN; do
    sed -f dark.sed "$picture.svg" >"$picture-dark.svg"
done

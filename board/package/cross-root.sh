#!/usr/bin/env bash
# Makes what cross-compiling for Debian 13 on arm64 needs, and lets .build-deb/cross lead there; what was made once is kept.
#   build     an amd64 root file system with Debian unstable's Swift compiler
#   sysroot   Debian 13's arm64 headers and libraries, with the Swift library of the same version as the compiler
# A Swift compiler accepts a standard library of its own exact version only, and Debian 13's (6.0) is too old for the
# sources; so compiler and library come from unstable, and all C libraries from Debian 13.
set -euo pipefail
# shellcheck source=board/package/common.sh
. "$(dirname "$0")/common.sh"

build_packages=swiftlang,git,ca-certificates,pkgconf,lld,libc6-dev,libstdc++-16-dev,libgcc-16-dev
sysroot_packages=base-files,libc6-dev,libstdc++-14-dev,libgcc-14-dev,libasound2-dev,libcurl4-openssl-dev,libgps-dev,libpq-dev,libserialport-dev,libsqlite3-dev,libssl-dev,libtomlplusplus-dev,libwslay-dev,libxlsxwriter-dev,zlib1g-dev

make_sysroot() {
    local root=$1
    # Which package a library is in, for dpkg-shlibdeps: unpacked packages leave no database.
    # shellcheck disable=SC2016 # $1 is the hook's
    local note_libraries='for package in "$1"/var/cache/apt/archives/*.deb; do dpkg-deb -I "$package" shlibs; done 2>/dev/null >"$1/shlibs" || :'
    with_retries bootstrap trixie "$root" --variant=extract --architectures=arm64 --include="$sysroot_packages" \
        --extract-hook="$note_libraries"
    # Where the linker looks for what libm.so and its like name by absolute path.
    [ -e "$root/lib" ] || ln -s usr/lib "$root/lib"
}

make_build_root() {
    with_retries bootstrap unstable "$1" --variant=minbase --include="$build_packages"
}

# The arm64 half of the compiler's own packages goes into the sysroot.
add_swift_library() {
    local build=$1 sysroot=$2 version unpacked=$1/tmp/swift-arm64
    # shellcheck disable=SC2016 # dpkg-query's variable
    version=$(chroot "$build" dpkg-query --show --showformat='${Version}' swiftlang)
    rm -rf "$unpacked"
    mkdir -p "$unpacked"
    chroot "$build" dpkg --add-architecture arm64
    with_retries chroot "$build" apt-get -o Acquire::Check-Valid-Until=false -q -q update
    chroot "$build" sh -ec 'mkdir -p /tmp/swift && cd /tmp/swift && rm -f ./*.deb && apt-get -q -q download "$@"' sh \
        "swiftlang:arm64=$version" "libswiftlang:arm64=$version"
    for package in "$build"/tmp/swift/*.deb; do dpkg-deb -x "$package" "$unpacked"; done
    rm -rf "$build/tmp/swift" "$unpacked/usr/libexec/swift/bin" "$sysroot/usr/libexec/swift"
    mkdir -p "$sysroot/usr/libexec"
    mv "$unpacked/usr/libexec/swift" "$sysroot/usr/libexec/swift"
    rm -rf "$unpacked"
    # The two places where the compiler's driver looks.
    ln -sfn ../libexec/swift/lib/swift "$sysroot/usr/lib/swift"
    ln -sfn ../libexec/swift/lib/swift_static "$sysroot/usr/lib/swift_static"
}

add_swift_sdk() {
    local bundle=$1/opt/box.artifactbundle
    mkdir -p "$bundle/t"
    cat >"$bundle/info.json" <<'JSON'
{"schemaVersion": "1.0",
 "artifacts": {"trixie-arm64": {"type": "swiftSDK", "version": "1", "variants": [{"path": "t"}]}}}
JSON
    cat >"$bundle/t/swift-sdk.json" <<'JSON'
{"schemaVersion": "4.0", "targetTriples": {"aarch64-unknown-linux-gnu": {
  "sdkRootPath": "/sysroot",
  "swiftResourcesPath": "/sysroot/usr/libexec/swift/lib/swift",
  "swiftStaticResourcesPath": "/sysroot/usr/libexec/swift/lib/swift_static",
  "toolsetPaths": ["toolset.json"]}}}
JSON
    cat >"$bundle/t/toolset.json" <<'JSON'
{"schemaVersion": "1.0", "rootPath": "/usr/libexec/swift/bin",
 "swiftCompiler": {"extraCLIOptions":
   ["-use-ld=lld", "-Xclang-linker", "--target=aarch64-linux-gnu", "-no-toolchain-stdlib-rpath"]}}
JSON
}

# One after the other and stamped together: the library must be the compiler's.
make_cross() {
    local cross=$1
    mkdir -p "$cross"
    say "compiler (unstable, amd64)"
    make_build_root "$cross/build"
    say "libraries (Debian 13, arm64)"
    make_sysroot "$cross/sysroot"
    add_swift_library "$cross/build" "$cross/sysroot"
    add_swift_sdk "$cross/build"
}

need_programs mmdebstrap dpkg-deb
[ "$native" = amd64 ] || fail "cross-builds on amd64 only; on arm64 build natively on Debian 13" 69
need_root "file systems of other Debian releases"
# Another number makes all anew.
cached cross "2 $build_packages $sysroot_packages" make_cross

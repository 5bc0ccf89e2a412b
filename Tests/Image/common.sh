# Shared by the tests beside it. Sets:
#   source_root  the source tree
#   folder       a folder of this run, gone with it
# shellcheck shell=bash disable=SC2034
source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# verdict WHAT RESULT WHY: 0 is good.
verdict() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s: %s\n' "$1" "$3"
    fi
}
is() {
    local result=0
    [ "$2" = "$3" ] || result=1
    verdict "$1" $result "\"$3\" instead of \"$2\""
}
contains() {
    local result=0
    case $3 in *"$2"*) ;; *) result=1 ;; esac
    verdict "$1" $result "\"$2\" is not in \"$3\""
}
lacks() {
    local result=0
    case $3 in *"$2"*) result=1 ;; esac
    verdict "$1" $result "\"$2\" is in \"$3\""
}
finish() {
    echo "$(basename "$0" .sh): $passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

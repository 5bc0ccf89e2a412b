#!/usr/bin/env bash
# Speaks the named prompts (prompts.tsv) into OUTPUT_FOLDER: zh/ and en/, and links to the Mandarin ones beside them.
# 16 kHz mono WAV of 16 bits, without silence around, all with the same peak; the same bytes each time.
set -euo pipefail

[ $# -eq 1 ] || { echo "usage: $0 OUTPUT_FOLDER" >&2; exit 64; }
here=$(cd "$(dirname "$0")" && pwd)
for program in espeak-ng sox; do
    command -v "$program" >/dev/null || { echo "$0: $program is missing: run board/setup.sh" >&2; exit 69; }
done
mkdir -p "$1"
output=$(cd "$1" && pwd)
work=$(mktemp -d "$output/.making.XXXXXX")
trap 'rm -rf "$work"' EXIT

# voice, text, file
speak() {
    espeak-ng -v "$1" -s 170 -a 100 -w "$work/spoken.wav" -- "$2"
    # Silence goes from the end by going from the beginning of the sound turned round. -D: no dither, which is random.
    sox -D "$work/spoken.wav" -r 16000 -c 1 -b 16 "$3" \
        silence 1 0.01 0.5% fade 0.005 reverse silence 1 0.01 0.5% fade 0.02 reverse norm -3
}

mkdir "$work/zh" "$work/en"
# With a separator that is no white space an empty column stays one.
while IFS='|' read -r name mandarin english pinyin; do
    # The plain voice `cmn` reads the pinyin of characters as if it were English.
    speak cmn-latn-pinyin "${pinyin:-$mandarin}" "$work/zh/$name.wav"
    speak en-us "$english" "$work/en/$name.wav"
    ln -s "zh/$name.wav" "$work/$name.wav"
done < <(grep -v '^#' "$here/prompts.tsv" | tr '\t' '|')

rm -f "$work/spoken.wav"
chmod 755 "$work/zh" "$work/en"
rm -rf "$output/zh" "$output/en"
mv -f "$work"/* "$output"
echo "voices: $(find "$output" -type f -name '*.wav' | wc -l) files, $(du -sh "$output" | cut -f 1), in $output"

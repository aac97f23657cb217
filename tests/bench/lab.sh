# SPDX-License-Identifier: GPL-2.0-or-later
# How a bench runs in the lab, whose cases take no arguments.
# shellcheck shell=sh disable=SC2154

# run_in_lab NAME DEADLINE VARIABLES FIGURES: runs tests/bench/NAME.sh as a case, with the line VARIABLES above it, for
# DEADLINE seconds. Lines that match FIGURES are figures, and go to standard output as they come; what the lab says beside
# them is for the eye.
run_in_lab() {
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    { echo "# deadline: $2" && echo "$3" && cat "tests/bench/$1.sh"; } >"$folder/$1.sh"
    sh tests/lab/stage >&2
    mkfifo "$folder/output"
    sh tests/lab/run "$folder/$1.sh" >"$folder/output" &
    lab=$!
    trap 'kill "$lab"; wait "$lab"; rm -rf "$folder"; exit 130' INT TERM
    while read -r line; do
        # shellcheck disable=SC2254 # a pattern
        case $line in
        $4* | ratio* | '#'*) echo "$line" ;;
        *) echo "$line" >&2 ;;
        esac
    done <"$folder/output"
    wait "$lab"
}

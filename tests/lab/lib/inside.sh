# SPDX-License-Identifier: GPL-2.0-or-later
# How to talk to what runs inside the lab. There are two agents, each with a control and an output port:
# `test` runs the tests, and `rescue` answers when a test does not come to its end.
# shellcheck shell=sh disable=SC2154

# inside AGENT SECONDS COMMAND: runs a shell command (one line, whatever its line breaks) as root in the
# lab. Its exit code is ours; 124: SECONDS have passed (and it still runs); 125: the machine has gone.
inside() {
    machine_runs || return 125
    echo "$3" | tr '\n' ' ' | sed 's/$/\n/' 1<>"$run/$1.control.in"
    # Not $(...): a signal interrupts `wait`, and nothing else.
    timeout "$2" head -n 1 "$run/$1.control.out" >"$run/$1.reply" &
    wait $! || return
    read -r exit code <"$run/$1.reply" || return 125
    [ "$exit" = exit ] && return "$code"
}

# inside_feed FOLDER...: what is in the folders, as a tar stream that a command inside finds in its
# lab.test.input port.
inside_feed() {
    for folder; do
        set -- "$@" -C "$folder" .
        shift
    done
    tar --create --owner=0 --group=0 "$@" >"$run/test.input.in" &
    readers="$readers $!"
}

# inside_run SECONDS SCRIPT FOLDER...: runs a shell script that is in one of the folders, all of them
# unpacked beside it.
inside_run() {
    patience=$1 script=$2
    shift 2
    inside_feed "$@"
    inside test "$patience" "echo 'lab: $script begins' >/dev/kmsg && mkdir -p /run/lab && cd /run/lab &&
        tar -xmf /dev/virtio-ports/lab.test.input && exec sh './$script'"
}

# inside_journal FILE: what the lab has noted since its boot, alice's session included; then the kernel's
# own words, which are all there is when nobody answers. By the rescue agent: the other one may be stuck in
# the test.
inside_journal() {
    inside rescue 30 'journalctl --boot --no-pager --output short-precise' ||
        echo '-- the rescue agent does not answer' >>"$run/rescue.log"
    machine_stop
    [ ! -s "$run/console.log" ] || { echo '-- console' && cat "$run/console.log"; } >>"$run/rescue.log"
    mv "$run/rescue.log" "$1"
}

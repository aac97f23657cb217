# SPDX-License-Identifier: GPL-2.0-or-later
# The life of the lab's machine: it is started, saved, restored and ended.
# shellcheck shell=sh disable=SC2154

. "$lab/lib/hardware.sh"
. "$lab/lib/inside.sh"

fifos='monitor machine test.control test.output test.input rescue.control rescue.output'

# A folder for one run of the machine; nothing outlives the script that made it.
run_begin() {
    find "$PILLION_LAB" -maxdepth 1 -name 'run.*' -mmin +1440 -exec rm -rf {} + # of those that were killed
    run=$(mktemp -d "$PILLION_LAB/run.XXXXXX")
    qemu='' readers=''
    trap run_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

run_end() {
    machine_stop
    rm -rf "$run"
}

# machine_start DISK RAM SHARE [WORD...]: starts QEMU in the folder $run; what the test agent's commands
# print goes to standard output, or to the command $output_filter. QEMU dies with this script, however that
# ends.
machine_start() {
    for fifo in $fifos; do
        mkfifo "$run/$fifo.in" "$run/$fifo.out"
    done
    # Inside, /dev/virtio-ports/lab.machine is a QMP monitor of this very machine: the port's FIFOs,
    # crosswise.
    ln -s machine.out "$run/machine-monitor.in"
    ln -s machine.in "$run/machine-monitor.out"

    words=$(hardware "$1" "$2" "$3")
    shift 3
    exec 5<&0 # what runs in the background would find /dev/null for its standard input
    # shellcheck disable=SC2086 # no word of the hardware has a space in it
    setpriv --pdeathsig KILL qemu-system-x86_64 $words "$@" <&5 2>"$run/qemu.log" &
    qemu=$!
    ${output_filter:-cat} <"$run/test.output.out" &
    readers=$!
    cat <"$run/rescue.output.out" >"$run/rescue.log" &
    readers="$readers $!"
    timeout 30 grep -q -m 1 QMP "$run/monitor.out" || die "QEMU does not start: $(cat "$run/qemu.log")"
    qmp qmp_capabilities >/dev/null
}

# machine_stop: ends QEMU at once, as a power cut does; returns when the last of its output has been seen.
machine_stop() {
    [ -n "${qemu:-}" ] || return 0
    kill -KILL "$qemu" 2>/dev/null || true
    machine_wait
}

# machine_reboot: has it shut down in order, which ends QEMU (-no-reboot). Its deadline is that of a service that hangs.
machine_reboot() {
    inside rescue 10 'systemctl --no-block reboot'
    give_up=$(($(milliseconds) + 120000))
    while machine_runs; do
        [ "$(milliseconds)" -lt $give_up ] || return 124
        sleep 0.2
    done
    machine_wait
}

machine_wait() {
    wait "$qemu" 2>/dev/null || true
    qemu=
    # Who still waits for QEMU to open the other end of a FIFO gets an end of file instead.
    for fifo in $fifos; do
        : <>"$run/$fifo.in" <>"$run/$fifo.out"
    done
    # shellcheck disable=SC2086 # process ids
    wait $readers 2>/dev/null || true
}

# A process that has ended but was not waited for has no program any more. Writing to a FIFO then would wait
# for ever: that is why it is opened for reading too.
machine_runs() { [ -e "/proc/$qemu/exe" ]; }

# qmp COMMAND [ARGUMENTS [PATTERN]]: sends one command, prints the line that answers it (or matches
# PATTERN). Fails on an error or when no answer comes.
qmp() {
    machine_runs || die "$1: QEMU has ended: $(cat "$run/qemu.log")"
    echo "{\"execute\":\"$1\"${2:+,\"arguments\":$2}}" 1<>"$run/monitor.in"
    answer=$(timeout 60 grep -m 1 -e "${3:-\"return\":}" -e '"error":' -e '"failed"' "$run/monitor.out") ||
        die "no answer to $1: $(cat "$run/qemu.log")"
    case $answer in
    *'"error":'* | *'"failed"'*) die "$1: $answer" ;;
    esac
    echo "$answer"
}

# machine_boot IMAGE DISK RAM: a cold start, with a memory that a snapshot can keep.
machine_boot() {
    machine_start "$2" "$3" on -kernel "$1/vmlinuz" -initrd "$1/initrd" -append "$kernel_words"
}

# machine_save FOLDER: leaves the state of the running machine in FOLDER, which holds its disk and its
# memory already. The memory is not copied: it has been a shared file all the time, and x-ignore-shared
# keeps it out of the stream.
machine_save() {
    migration_setup
    qmp migrate "{\"uri\":\"exec:cat >$1/state\"}" '"status": "completed"' >/dev/null
    echo '{"execute":"quit"}' 1<>"$run/monitor.in"
    machine_wait
}

# machine_restore FOLDER: goes on where machine_save FOLDER left off, on a throw-away disk and memory, both
# copy-on-write: nothing is read before it is used, so this takes no longer for a large machine than for a
# small one.
machine_restore() {
    qemu-img create -q -f qcow2 -b "$1/disk" -F qcow2 "$run/disk"
    machine_start "$run/disk" "$1/ram" off -incoming defer
    machine_load "$1"
}

# machine_load FOLDER: gives a machine started with `-incoming defer`, its memory already in place, the
# state it goes on in.
machine_load() {
    migration_setup
    qmp migrate-incoming "{\"uri\":\"exec:cat $1/state\"}" '"event": "RESUME"' >/dev/null
}

migration_setup() {
    qmp migrate-set-capabilities '{"capabilities":[
        {"capability":"x-ignore-shared","state":true},{"capability":"events","state":true}]}' >/dev/null
    qmp migrate-set-parameters '{"max-bandwidth":10737418240}' >/dev/null
}

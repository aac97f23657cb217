#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `pillion start`, `stop` and `restart` show while pilliond is at it, and how they end: of a stand-in on a session bus
# of its own, which is told what to say. Arguments: pillion, pillion-test-bus.
set -eu

own_bus_env="LC_ALL=C.UTF-8"
. "${0%/*}/own-bus.sh"

pillion=$1 bus=$2
daemon='' command=''
trap '[ -z "$daemon$command" ] || kill $daemon $command' EXIT

say() { for line; do echo "$line" >&9; done; }
come() {
    : >said # or what was called before might be taken for what is to come
    "$bus" <words >said &
    daemon=$!
    exec 9>words
    until_is grep -qx ready said
}
go() {
    exec 9>&-
    wait "$daemon"
    daemon=
}
# state STATE LOAN STEP NUMBER PROBLEM WARNING ENDED: as the bus has it from now on.
state() {
    say "set Manager Guest s win10" "set Manager State s $1" "set Manager Loan s $2" "set Manager Step s $3" \
        "set Manager StepNumber u ${4:-0}" "set Manager StepCount u 2" "set Manager LoanProblem s ${5:-}" \
        "set Manager LoanWarning s ${6:-}" "set Manager StepsEnded a ${7:-}" "tell Manager"
}
# begin CALLED COMMAND...: waits until the stand-in was called so.
begin() {
    called=$1
    shift
    "$@" >shown 2>heard 9>&- &
    command=$!
    until_is grep -qxF -- "called $called" said
}
# ends STATUS
ends() {
    seen=0
    wait "$command" || seen=$?
    command=
    [ "$seen" = "$1" ] || fail "it ended with $seen, not $1"
    echo "ok: it ends with $1"
}
shows() {
    until_is grep -qE -- "$1" shown
    echo "ok: $1"
}
hears() { check "it says $1" grep -qF -- "$1" heard; }

called_twice() { [ "$(grep -c 'called Stop false' said)" = 2 ]; }
asked_twice() { [ "$(grep -o '(f)orce' shown | wc -l)" = 2 ]; }

mkfifo words
come
begin "Start win10" "$pillion" start win10
state preflight host ''
state lending lending 'unload nvidia' 1
shows '^✓  [0-9]\.[0-9] s  see whether win10 can be started$'
state lending lending 'unbind 0000:01:00.0' 2 '' '' 'unload nvidia,'
shows '^✓  [0-9]\.[0-9] s  unload nvidia$'
masked='start lightdm.service: it is masked'
state lending lending 'start lightdm.service' 2 '' '' 'unload nvidia,unbind 0000:01:00.0,'
state lending lent '' 0 '' "$masked" 'unload nvidia,unbind 0000:01:00.0,start lightdm.service,'
shows '^!  [0-9]\.[0-9] s  start lightdm.service: it is masked$'
state starting lent ''
state guest lent ''
say answer
ends 0
check "a line for each step" test "$(wc -l <shown)" = 5
check "in their order" test "$(sed 's/^.* s  //' shown | tr '\n' ',')" = \
    "see whether win10 can be started,unload nvidia,unbind 0000:01:00.0,start lightdm.service: it is masked,start win10,"
check "no colours and no cursor movements in a file" test -z "$(tr -d -c '\033\r' <shown)"
check "nothing to complain of" test ! -s heard
go

come
begin "StartSpice " "$pillion" start --spice
state preflight host '' 0 '' '' 'load nvidia,'
state lending lending 'unbind 0000:01:00.0' 4 '' '' 'unload nvidia,move a,stop lightdm.service,'
state lending returning 'load nvidia' 1 'unbind 0000:01:00.0: it is busy'
shows '^✗  [0-9]\.[0-9] s  unbind 0000:01:00.0: it is busy$'
state failed host '' 0 'unbind 0000:01:00.0: it is busy' '' 'load nvidia,'
say 'refuse org.pillion1.Error.Failed unbind 0000:01:00.0: it is busy'
ends 1
shows '^✓  [0-9]\.[0-9] s  load nvidia$'
check "steps that nobody saw have their lines" test "$(sed 's/^.* s  //' shown | sed 4q | tr '\n' ',')" = \
    "see whether win10 can be started,unload nvidia,move a,stop lightdm.service,"
hears "pillion: unbind 0000:01:00.0: it is busy; 'pillion logs' says more"
go

# Whoever ends it ends the looking alone.
for signal in INT TERM HUP; do
    come
    begin "Restart " "$pillion" restart
    kill -$signal "$command"
    ends 4
    hears "pillion goes on by itself; 'pillion status' shows how far it is"
    check "nothing else was called" test "$(grep -c called said)" = 1
    go
done

# Without a terminal nobody is asked.
come
begin "Stop false" "$pillion" stop
state stopping lent ''
say "refuse org.pillion1.Error.StillRunning 'win10' has not shut down in time; use 'pillion stop --force'"
ends 1
hears "has not shut down in time; use 'pillion stop --force'"
begin "Stop true" "$pillion" stop --force
say answer
ends 0
begin "Pause " "$pillion" pause
say "refuse org.pillion1.Error.Refused 'win10' is not running"
ends 1
hears "'win10' is not running; see 'pillion status'"
begin "Resume " "$pillion" resume
go
ends 1
hears "pilliond has gone meanwhile, see 'pillion logs' and 'pillion status'"

command -v script >/dev/null || {
    echo "skipped: script(1) is not installed"
    exit 0
}
escape=$(printf '\033')
# on_terminal CALLED ENVIRONMENT COMMAND: what is typed comes from the fifo "keys".
on_terminal() {
    rm -f keys
    mkfifo keys
    called=$1
    shift
    # A shell without job control has those in the background ignore Ctrl+C.
    env --default-signal=INT LC_ALL=C.UTF-8 "$1" script -q -e -c "exec '$pillion' $2" /dev/null <keys >shown 9>&- &
    command=$!
    exec 8>keys
    until_is grep -qxF -- "called $called" said
}

come
on_terminal "Stop false" TERM=xterm stop
state stopping lent ''
shows "${escape}\[2m…${escape}\[m  [0-9]\.[0-9] s  wait for win10 to shut down"
shows "  0\.[1-9] s  wait for win10 to shut down" # it counts
state guest lent ''
shows "${escape}\[31m✗${escape}\[m  [0-9]\.[0-9] s  wait for win10 to shut down"
say "refuse org.pillion1.Error.StillRunning 'win10' has not shut down in time"
shows "End it by \(f\)orce, ask it again and \(w\)ait, or \(l\)eave it running\?"
echo wait >&8
until_is called_twice
say "refuse org.pillion1.Error.StillRunning 'win10' has not shut down in time"
until_is asked_twice
echo f >&8
until_is grep -qx 'called Stop true' said
state returning lent ''
state returning returning 'load nvidia' 1
shows "load nvidia \(1 of 2\)"
state host host '' 0 '' '' 'load nvidia,'
say answer
ends 0
shows "${escape}\[32m✓${escape}\[m  [0-9]\.[0-9] s  load nvidia"
check "the cursor is shown after each" test "$(grep -oF "${escape}[?25h" shown | wc -l)" = "$(grep -oF "${escape}[?25l" shown | wc -l)"
go

come
on_terminal "Stop false" TERM=xterm stop
say "refuse org.pillion1.Error.StillRunning 'win10' has not shut down in time"
shows "\(l\)eave it running\?"
echo l >&8
ends 1
check "it is left as it is" test "$(grep -c called said)" = 1
go

come
on_terminal "Stop false" TERM=xterm stop
say "refuse org.pillion1.Error.StillRunning 'win10' has not shut down in time"
shows "\(l\)eave it running\?"
printf '\003' >&8
ends 130
check "Ctrl+C is an answer, too" test "$(grep -c called said)" = 1
go

come
NO_COLOR=1
export NO_COLOR
on_terminal "Start " TERM=xterm start
state starting host ''
shows "…  [0-9]\.[0-9] s  start win10"
check "no colours" test "$(grep -c "${escape}\[[0-9]*m" shown)" = 0
printf '\003' >&8
ends 4
shows "pillion goes on by itself"
exec 8>&-
go

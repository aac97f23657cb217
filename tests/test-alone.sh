#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every command of pillion where there is no pilliond, and none can be started: how it ends, and what it says is to be run
# next. The commands are those of its own help, so a new one is called, too. Arguments: pillion.
set -eu

own_bus_env="XDG_DATA_DIRS=@"
. "${0%/*}/own-bus.sh"

pillion=$1
# Nor is there a libvirt.
mkdir pillion bin
printf '[guest]\nuri = test+unix:///default?socket=/nonexistent/libvirt-sock\n' >pillion/pillion.conf

# ends STATUS COMMAND...: and if that is not 0, says something on stderr alone.
ends() {
    status=$1
    shift
    seen=0
    timeout 60 "$@" >out 2>err || seen=$?
    [ "$seen" = "$status" ] || fail "'$*' ended with $seen, not $status"
    echo "ok: $status of '$*'"
}
says() { grep -qF -- "$1" "$2" || fail "it does not say on std$2: $1"; }
quiet() { [ ! -s "$1" ] || fail "it says something on std$1"; }

ends 0 "$pillion" --help
sed -nE 's/^  ([a-z]+)  .*/\1/p' out >commands
[ "$(wc -l <commands)" -ge 15 ] || fail "the help has hardly a command"
for status in 0 1 2 3 4; do says "  $status  " out; done

while read -r name; do
    ends 0 "$pillion" "$name" --help
    says "pillion $name" out
    quiet err
    cp out help
    ends 0 "$pillion" help "$name"
    cmp -s out help || fail "'help $name' and '$name --help' are not the same"
    ends 2 "$pillion" "$name" --no-such-option
    says "Usage: pillion $name" err
    says "See 'pillion help $name'" err
    quiet out
    ends 2 "$pillion" "$name" one two three four
    says "Usage: pillion $name" err

    case $name in
    input) argument=toggle ;;
    audio) argument=--once ;; # it would wait for pilliond
    *) argument='' ;;
    esac
    case $name in
    status | audio | start | stop | restart | pause | resume | input | hotkeys | keys | reload)
        # shellcheck disable=SC2086 # none, or one
        ends 3 "$pillion" "$name" $argument
        says "start it with 'systemctl --user start pilliond'" err
        says "'pillion logs'" err
        quiet out
        ;;
    esac
done <commands

# Those that need no pilliond.
ends 1 "$pillion" doctor
says "pilliond is not running" out
ends 1 "$pillion" init win10
says "/nonexistent/libvirt-sock" err
ends 2 "$pillion" init
says "Usage: pillion init DOMAIN" err
if [ ! -e /run/pillion ] && [ ! -e /var/lib/pillion ]; then
    ends 0 "$pillion" plan host
    says "Nothing is lent." out
fi
ends 1 "$pillion" plan guest win/10
says "'win/10' is no name of a profile" err
ends 2 "$pillion" snapshot list win/10
says "'win/10' is no name of a profile" err
ends 2 "$pillion" plan host win10
says "takes no profile" err
ends 2 "$pillion" strat
says "did you mean 'pillion start'?" err
ends 2 "$pillion"
says "pillion COMMAND" err
quiet out
ends 0 "$pillion" --version
says "pillion " out

# Its words are journalctl's, one a line here.
cat >bin/journalctl <<'END'
#!/bin/sh
printf '%s\n' "$@"
END
chmod +x bin/journalctl
PATH=$PWD/bin:$PATH
ends 0 "$pillion" logs --follow win10
for word in --follow _SYSTEMD_USER_UNIT=pilliond.service UNIT=pillion-restore.service \
    _SYSTEMD_UNIT=pillion-guest@win10.service UNIT=pillion-guest@win10.service; do
    grep -qxF -- "$word" out || fail "journalctl was not told $word"
done
[ "$(grep -c _COMM=pillion-switch out)" = 0 ] || fail "all loans are shown, not those of one guest"
[ "$(grep -c -- --boot out)" = 0 ] || fail "it was not to be limited to this boot"
# Between two words there is one '+', or journalctl would want both to hold.
[ "$(grep -c '=' out)" = "$(($(grep -cx '+' out) + 1))" ] || fail "not all matches are alternatives"
ends 0 "$pillion" logs --boot
says --boot out
says _COMM=pillion-switch out
ends 1 env PATH=/nonexistent "$pillion" logs
says "journalctl cannot be started" err
ends 3 env -u DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR=/nonexistent "$pillion" status
says "there is no session bus" err

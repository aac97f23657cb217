#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# deadline: 200
# Who may have hardware lent: members of the group pillion, what root has configured, and nothing beside it.
# shellcheck disable=SC2016 # that it is not expanded is the point
. "${0%/*}/lib-switch.sh"

unit=pillion-guest@win10.service
guest_unit() { as_alice timeout 60 systemctl --no-ask-password "$@"; }

# denied WHAT COMMAND...: by polkit, and nothing happens.
denied() {
    what=$1
    shift
    if as_alice timeout 60 "$@" >/run/lab/said 2>&1; then fail "$what: it was allowed"; fi
    check "$what: denied" grep -iE "interactive authentication required|access denied|not authorized" /run/lab/said
}
# Whatever was refused, systemd never started pillion-switch for it.
nothing_ran() { ! journalctl --quiet --boot --unit 'pillion-guest@*' --grep . >/run/lab/ran; }
# new_words: what the unit has said since it was last asked, in /run/lab/words.
new_words() {
    journalctl --sync
    journalctl --quiet --unit $unit --cursor-file=/run/lab/cursor >/run/lab/words
}

write_profile '[guest]' 'domain = win10'
check "there is a group" getent group pillion

# alice, as everybody: not in the group.
for verb in start stop restart reload; do
    denied "outside the group: $verb" systemctl --no-ask-password $verb $unit
done
check "nothing was run" nothing_ran

# The group takes effect at once, in the sessions there are as well.
gpasswd --add alice pillion >/dev/null
denied "inside: another unit" systemctl --no-ask-password start cron.service
denied "inside: another unit of ours" systemctl --no-ask-password start pillion-restore.service
denied "inside: what it runs as" systemctl --no-ask-password set-property --runtime $unit Slice=user.slice
denied "inside: a unit of her own" systemd-run --no-ask-password --unit=pillion-guest@win10 true
denied "inside: to have it always" systemctl --no-ask-password enable $unit

# Names that are none. systemctl makes some of them harmless itself, so the bus is asked as well.
newline=$(printf 'a\nb')
for name in ../../x .. . -- -h --help 'a b' "$newline" 'a;reboot' '$(reboot)' '`reboot`' 'a\x2fb' \
    a@b a:b win10. pillion-guest@win10 \
    a2345678901234567890123456789012345678901234567890123456789012345; do
    for by in systemctl bus; do
        if [ $by = bus ]; then
            as_alice busctl --timeout=20 call org.freedesktop.systemd1 /org/freedesktop/systemd1 \
                org.freedesktop.systemd1.Manager StartUnit ss "pillion-guest@$name.service" replace \
                >/run/lab/said 2>&1 && fail "'$name' was started by the bus"
        else
            guest_unit start -- "pillion-guest@$name" >/run/lab/said 2>&1 && fail "'$name' was started"
        fi
        check "'$name' by $by: an error" test -s /run/lab/said
    done
done
check "nothing was run, still" nothing_ran

# One of the right form is hers to start; then it is for pillion-switch to judge.
# refused_profile WHAT WORDS
refused_profile() {
    systemctl reset-failed $unit 2>/dev/null || true
    if guest_unit start $unit >/run/lab/said 2>&1; then fail "$1: it was lent"; fi
    check "$1: refused" test "$(systemctl show --property ExecMainStatus --value $unit)" = 3
    new_words
    check "$1: the journal says why" grep -- "$2" /run/lab/words
    check "and it is hers to stop" guest_unit stop $unit
}
rm /etc/pillion/win10.conf
refused_profile "no profile" "There is no /etc/pillion/win10.conf"
denied "inside: a signal" systemctl --no-ask-password kill $unit
write_profile '[guest]' 'domain = win10'
chown alice /etc/pillion/win10.conf
refused_profile "a profile of hers" "win10.conf belongs to user 1000"
chown root:alice /etc/pillion/win10.conf
chmod 664 /etc/pillion/win10.conf
refused_profile "a profile that her group may write" "win10.conf may be written by others"
chmod 644 /etc/pillion/win10.conf
chmod 777 /etc/pillion
refused_profile "a folder that everybody may write" " /etc/pillion may be written by others"
chmod 755 /etc/pillion
mv /etc/pillion/win10.conf /home/alice/win10.conf
ln -s /home/alice/win10.conf /etc/pillion/win10.conf
refused_profile "a link to elsewhere" "win10.conf is a symbolic link"
rm /etc/pillion/win10.conf
for line in 'before-lend = /usr/../tmp/x' 'before-lend = reboot' 'before-lend = /tmp/x; reboot' \
    'before-lend = "/tmp/a b"' 'after-return = $(reboot)'; do
    write_profile '[hooks]' "$line"
    refused_profile "$line" "/etc/pillion/win10.conf:2: "
done
for value in '../../x' '0000:01:00.0;reboot' '0000:01:00.0/../x' '$(reboot)' 'all'; do
    write_profile '[devices]' "functions = $value"
    refused_profile "functions = $value" "/etc/pillion/win10.conf:2: "
done

for service in pillion-guest@win10 pillion-restore; do
    systemd-analyze security --no-pager $service.service | tail -n 1
done

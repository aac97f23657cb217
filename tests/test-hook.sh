#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# libvirt's hook: which starts it lets pass, which it refuses, and what it has systemd do. With a systemctl and a
# systemd-run that only say how they were called. Argument: the hook.
set -eu

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin" "$dir/etc"
sed "s,^profiles=.*,profiles=$dir/etc," "$1" >"$dir/hook"
cat >"$dir/bin/systemctl" <<END
#!/bin/sh
echo "systemctl \$*" >>$dir/calls
for unit; do :; done
cat "$dir/state-\$unit" 2>/dev/null || cat $dir/state
END
cat >"$dir/bin/systemd-run" <<END
#!/bin/sh
echo "systemd-run \$*" >>$dir/calls
exit \$(cat $dir/run)
END
printf '#!/bin/sh\necho "virsh $*" >>%s/calls\n' "$dir" >"$dir/bin/virsh"
chmod 755 "$dir/bin/"*

gpu="<domain><devices><hostdev mode='subsystem' type='pci' managed='no'><source/></hostdev></devices></domain>"
stick="<domain><devices><hostdev mode='subsystem' type='usb' managed='no'/><disk><address type='pci'/></disk></devices></domain>"

fail() {
    echo "not ok: $*"
    cat "$dir/calls" "$dir/said"
    exit 1
}
# hook STATUS XML STATE GUEST OPERATION PART: what it ends with, when the unit is in that state.
hook() {
    expected=$1 xml=$2
    echo "$3" >"$dir/state"
    echo "${run:-0}" >"$dir/run"
    shift 3
    : >"$dir/calls"
    status=0
    printf '%s\n' "$xml" | PATH="$dir/bin:$PATH" sh "$dir/hook" "$@" - >"$dir/said" 2>&1 || status=$?
    [ $status = "$expected" ] || fail "'$*' ended with $status, not $expected"
}
called() { grep -qF -- "$1" "$dir/calls" || fail "'$1' was not called"; }
quiet() { [ ! -s "$dir/calls" ] || fail "it has called something"; }
says() { grep -qF -- "$1" "$dir/said" || fail "it does not say '$1'"; }

hook 0 "$gpu" inactive win10 prepare begin
quiet
touch "$dir/etc/win10.conf"
hook 0 "$stick" inactive win10 prepare begin
quiet
for other in 'start begin' 'started begin' 'stopped end' 'release end' 'reconnect begin' 'migrate begin' 'restore begin'; do
    # shellcheck disable=SC2086 # two words
    hook 0 "$gpu" inactive win10 $other
    quiet
done
hook 0 "$gpu" inactive another prepare begin
quiet

hook 0 "$gpu" active win10 prepare begin
called "systemctl show --property ActiveState --value pillion-guest@win10.service"
! grep -q systemd-run "$dir/calls" || fail "a loan that is there is asked for"
hook 1 "$gpu" activating win10 prepare begin
says "is being lent"
! grep -q systemd-run "$dir/calls" || fail "a loan that comes is asked for"
hook 1 "$gpu" deactivating win10 prepare begin
says "on its way back"
hook 1 "$gpu" "" win10 prepare begin
says "systemd does not say"

for state in inactive failed; do
    hook 1 "$gpu" $state win10 prepare begin
    says "then the guest starts by itself"
    called "--no-block"
    called "--property=Requires=pillion-guest@win10.service --property=After=pillion-guest@win10.service"
    called "virsh --quiet --connect qemu:///system start --domain win10"
done
! grep -q '^virsh' "$dir/calls" || fail "libvirt is asked from within its hook"
run=1
hook 1 "$gpu" inactive win10 prepare begin
says "could not be asked for"
run=0

# The profile of another name, and what looks like it.
printf '# domain = nobody\n[host]\ndomain = other\n [guest]\n domain =  games \n' >"$dir/etc/gaming.conf"
hook 1 "$gpu" inactive games prepare begin
called "Requires=pillion-guest@gaming.service"
for not in nobody other gaming; do
    hook 0 "$gpu" inactive $not prepare begin
done
printf '[guest]\ndomain = mine\n' >"$dir/etc/pillion.conf"
hook 0 "$gpu" inactive mine prepare begin

# Several for one guest: the one that is lent by is the one that counts; else that which pillion itself would take.
printf '[guest]\ndomain = win10\n' | tee "$dir/etc/afternoon.conf" >"$dir/etc/win10-night.conf"
echo active >"$dir/state-pillion-guest@win10-night.service"
hook 0 "$gpu" inactive win10 prepare begin
! grep -q systemd-run "$dir/calls" || fail "another profile is asked for"
echo activating >"$dir/state-pillion-guest@win10-night.service"
hook 1 "$gpu" inactive win10 prepare begin
says "is being lent"
rm "$dir/state-pillion-guest@win10-night.service"
hook 1 "$gpu" inactive win10 prepare begin
called "Requires=pillion-guest@win10.service"
rm "$dir/etc/win10.conf"
hook 1 "$gpu" inactive win10 prepare begin
called "Requires=pillion-guest@afternoon.service"

# No name of a profile, so none to pillion.
touch "$dir/etc/my guest.conf"
hook 0 "$gpu" inactive "my guest" prepare begin
quiet

# What a definition may have besides.
hook 1 "<domain><title>C:\\cygwin</title>${gpu#<domain>}" inactive win10 prepare begin
called "Requires=pillion-guest@afternoon.service"
hook 1 "<domain><devices><interface type='hostdev' managed='no'/></devices></domain>" inactive win10 prepare begin
called "Requires=pillion-guest@afternoon.service"

# SPDX-License-Identifier: GPL-2.0-or-later
# scene: what a power cut interrupts: a desktop on both GPUs, and the guest's sound in use. After the cut, lab.cut on the
# kernel's line lets the host's state be compared with the one on record, in the display manager's place: what is wrong
# then is what X would have seen.
# shellcheck shell=sh
. "${0%/*}/lib-switch.sh"

write_profile '[host]' 'xorg-snippets = 10-guest-gpu.conf'
define_lent_guest

cat >/usr/lib/lab/host-state <<'END'
#!/bin/sh
# host-state: all that outlives a boot and is not the host's own to change.
{
    for snippet in /etc/X11/xorg.conf.d/*; do
        echo "xorg $snippet $(readlink --canonicalize-existing "$snippet" || echo dangling)"
    done
    find /etc -type l -printf 'link %p %l\n'
    find /etc -type f -exec sha256sum {} +
    [ ! -s /var/lib/pillion/switch.journal ] || echo 'a loan is open'
} | LC_ALL=C sort
END

cat >/usr/lib/lab/display-manager <<'END'
#!/bin/sh
grep -qw lab.cut /proc/cmdline || exec /usr/sbin/lightdm
exec >/dev/ttyS0 2>&1
/usr/lib/lab/host-state >/run/host-state
if difference=$(diff /var/lib/lab/host-state /run/host-state); then
    echo 'cut: same'
else
    { echo "$difference" && journalctl --boot --unit pillion-restore --output cat; } | sed 's/^/cut: /'
    echo 'cut: different'
fi
exec sleep infinity
END

chmod +x /usr/lib/lab/host-state /usr/lib/lab/display-manager
mkdir -p /etc/systemd/system/lightdm.service.d /var/lib/lab
printf '%s\n' '[Service]' ExecStart= ExecStart=/usr/lib/lab/display-manager >/etc/systemd/system/lightdm.service.d/lab.conf
systemctl daemon-reload

start_desktop
sound_held

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds the Arch package of this tree, in a copy of it and as nobody: it holds what installed.txt lists, where Arch has it. As
# root it is then installed below a folder of its own, by pacman, which must not remove it while hardware is lent.
set -eu
tree=$(dirname "$(dirname "$(realpath "$0")")")
for program in makepkg pacman fakeroot; do
    command -v $program >/dev/null || { echo "skipped: $program is not installed"; exit 77; }
done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
mkdir "$dir/bin" "$dir/tree" "$dir/root"
status=0
wrong() {
    echo "$*"
    status=1
}

# What belongs to Arch's meson, and to its makepkg, and Debian has elsewhere or not at all.
stand_in() { # NAME, and the script on stdin
    if command -v "$1" >/dev/null; then return; fi
    cat >"$dir/bin/$1"
    chmod 755 "$dir/bin/$1"
}
stand_in arch-meson <<'END'
#!/bin/sh
exec meson setup --prefix /usr --libexecdir lib --sbindir bin --buildtype plain --auto-features enabled --wrap-mode nodownload \
    -D b_pie=true "$@"
END
stand_in bsdtar <<'END'
#!/bin/sh
case " $* " in *' --format=mtree '*) exec cat >/dev/null ;; esac
exec tar -c --no-recursion --null --files-from=-
END

tar -c -C "$tree" --exclude=./build --exclude='./build-*' --exclude=./.git . | tar -x -C "$dir/tree"
as_nobody=
if [ "$(id -u)" = 0 ]; then
    chown -R 65534:65534 "$dir/tree"
    as_nobody='setpriv --reuid=65534 --regid=65534 --clear-groups'
fi
(cd "$dir/tree/contrib/arch" && $as_nobody env HOME="$dir/tree" PATH="$dir/bin:$PATH" makepkg --nodeps) >"$dir/log" 2>&1 || {
    tail -n 40 "$dir/log"
    exit 1
}
package=$(echo "$dir"/tree/contrib/arch/pillion-*.pkg.tar*)

{
    sed '/^etc\//d; s,^sbin/,bin/,; s,^libexec/,lib/,; s,^share/man/.*,&.gz,; s,^,usr/,' "$tree/tests/installed.txt"
    echo usr/share/libalpm/hooks/pillion.hook
    echo etc/pillion/
} | LC_ALL=C sort >"$dir/expected"
tar -tf "$package" | grep -v -e '^\.' | grep -e '[^/]$' -e '^etc/pillion/$' | LC_ALL=C sort >"$dir/packed"
diff --unified=0 --label expected --label packed "$dir/expected" "$dir/packed" || status=1

[ "$(id -u)" = 0 ] || exit $status
# Its hook is run with the folder as root, and needs test(1) there; its script would need a shell.
for file in /usr/bin/test $(ldd /usr/bin/test | grep -o '/[^ ]*'); do
    mkdir -p "$dir/root${file%/*}"
    cp -L "$file" "$dir/root$file"
done
mkdir -p "$dir/root/var/lib/pacman" "$dir/root/var/cache" "$dir/root/var/lib/pillion"
journal=$dir/root/var/lib/pillion/switch.journal
in_root() {
    operation=$1
    shift
    pacman "$operation" --root "$dir/root" --dbpath "$dir/root/var/lib/pacman" --cachedir "$dir/root/var/cache" \
        --logfile "$dir/pacman.log" --config /dev/null --noconfirm --nodeps --nodeps --noscriptlet "$@" >"$dir/said" 2>&1
}
in_root -U "$package" || wrong "pacman does not install it: $(cat "$dir/said")"
echo 'a step' >"$journal"
if in_root -R pillion; then wrong "it can be removed while hardware is lent"; fi
grep -q "No hardware may be lent" "$dir/said" || wrong "it is not said why: $(cat "$dir/said")"
in_root -U "$package" || wrong "it cannot be upgraded while hardware is lent: $(cat "$dir/said")"
[ -x "$dir/root/usr/bin/pillion-switch" ] || wrong "it has lost its programs"
: >"$journal"
in_root -R pillion || wrong "it cannot be removed: $(cat "$dir/said")"
[ ! -e "$dir/root/usr/bin/pillion-switch" ] || wrong "something of it is left"
exit $status

#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every message of core/messages.h has its entry in the catalogue and the other way round, once, under the same name
# and with all its headers; the journal's own program can read it. Takes the folder to look in, for trying it out.
cd "${1:-$(dirname "$0")/..}" || exit 1
catalog=contrib/catalog/pillion.catalog
status=0
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT

sed -n 's/^ *X(\([A-Z_]*\), "\([0-9a-f]\{32\}\)").*/\2 \1/p' core/messages.h | sort >"$dir/list"
awk '/^# [A-Z_]+$/ { name = $2 } /^-- / { print $2, name }' $catalog | sort >"$dir/catalog"
[ -s "$dir/list" ] || { echo "core/messages.h has no messages"; exit 1; }
[ "$(grep -c '^ *X(' core/messages.h)" = "$(wc -l <"$dir/list")" ] || { echo "core/messages.h: not every id has 32 digits"; status=1; }
diff "$dir/list" "$dir/catalog" >"$dir/diff" || {
    echo "core/messages.h (<) and $catalog (>) differ:"
    cat "$dir/diff"
    status=1
}
twice=$(cut -d' ' -f1 "$dir/list" | uniq -d)
[ -z "$twice" ] || { echo "an id is there twice: $twice"; status=1; }

awk 'function finish() {
         if (id && (!subject || !by || !support || !documentation || lines < 3)) {
             print id ": Subject, Defined-By, Support, Documentation, and two paragraphs of text are wanted"; bad = 1
         }
         subject = by = support = documentation = lines = 0
     }
     /^#/ { next }
     /^-- / { finish(); id = $2; next }
     /^Subject: ./ { subject = 1; next }
     /^Defined-By: pillion$/ { by = 1; next }
     /^Support: ./ { support = 1; next }
     /^Documentation: ./ { documentation = 1; next }
     id { lines++ }
     END { finish(); exit bad }' $catalog || status=1

# A message that nobody sends needs no entry; one that is sent names it.
while read -r _ name; do
    grep -rqw "MESSAGE_$name" --include='*.c' core input audio ivshmem switcher ||
        { echo "MESSAGE_$name: nobody logs it"; status=1; }
done <"$dir/list"

if command -v journalctl >/dev/null; then
    mkdir -p "$dir/root/usr/lib/systemd/catalog" "$dir/root/var/lib/systemd/catalog"
    cp $catalog "$dir/root/usr/lib/systemd/catalog"
    SYSTEMD_LOG_LEVEL=warning journalctl --root="$dir/root" --update-catalog || status=1
    journalctl --root="$dir/root" --list-catalog >"$dir/listed" 2>&1
    [ "$(grep -c ' pillion: ' "$dir/listed")" = "$(wc -l <"$dir/list")" ] ||
        { echo "journalctl reads this from it:"; cat "$dir/listed"; status=1; }
fi
exit $status

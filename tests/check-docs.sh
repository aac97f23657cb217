#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the guide, the README, the journal's catalogue and the messages tell people to type exists: each command of pillion's
# and pillion-switch's, with its options; each unit; each fragment of a configuration, a profile or a definition; each key
# that is named; each link. Arguments: pillion, pillion-switch, pilliond, pillion-test-profile, profile-man,
# troubleshooting.md, and for trying it out the folder to look in.
set -eu
pillion=$(realpath "$1") switch=$(realpath "$2") daemon=$(realpath "$3")
test_profile=$(realpath "$4") profile_man=$(realpath "$5") troubleshooting=$(realpath "$6")
cd "${7:-$(dirname "$0")/..}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
status=0
mkdir "$dir/etc"
wrong() {
    echo "$*"
    status=1
}
pages="README.md docs/*.md $troubleshooting"

"$pillion" --help >"$dir/pillion"
"$switch" --help >"$dir/pillion-switch"
"$daemon" --help >"$dir/pilliond"
{
    sed -n 's/^  \([a-z-]*\) = .*/\1/p' "$dir/pilliond"
    "$profile_man" | sed -n 's/^\*\([a-z-]*\) =.*/\1/p'
} | sort -u >"$dir/keys"

# spans FILE...: what is code on these pages, a line each, after the name of the page: blocks, with or without a fence,
# and what is within a line.
spans() {
    awk '
        FNR == 1 { fence = 0 }
        /^```/ { fence = !fence; language = substr($0, 4); next }
        fence { if (language == "sh") print FILENAME "\t" $0; next }
        /^    / { sub(/^ +/, ""); print FILENAME "\t" $0; next }
        { n = split($0, part, "`"); for (i = 2; i <= n; i += 2) print FILENAME "\t" part[i] }' "$@"
}

# shellcheck disable=SC2086 # a list of pages
spans $pages >"$dir/spans"
# In the catalogue commands stand between quotes.
awk -v q="'" '!/^#/ { n = split($0, part, q); for (i = 2; i <= n; i += 2) print FILENAME "\t" part[i] }' \
    contrib/catalog/pillion.catalog >>"$dir/spans"
# In messages, too, where a string may go on in the next line.
for source in core/*.c core/*/*.c input/*.c switcher/*.c; do
    tr '\n' ' ' <"$source" | sed 's/" *"//g' | grep -oE "'(sudo )?pillion(-switch)? [^'\"();]*'" |
        sed "s/^'/\t/; s/'\$//; s|^|$source|" || true
done >>"$dir/spans"

tab=$(printf '\t')
sed 's/[[:space:]]#.*//; s/\tsudo /\t/; s/\t\$ /\t/' "$dir/spans" | sort -u >"$dir/commands"
found=0
while IFS=$tab read -r page line; do
    # shellcheck disable=SC2086 # its words
    set -f && set -- $line && set +f
    case ${1:-} in
    pillion | pillion-switch)
        program=$1
        # What a command of pillion's can be told, it says itself.
        [ "$program" != pillion ] || case ${2:-} in
        [a-z]*) program=pillion-$2 && "$pillion" help "$2" >"$dir/$program" 2>/dev/null || program=pillion ;;
        esac
        # Where there is a choice of words, it is one of them; or put in, if what follows is, too.
        choices=$(sed -n '1s/^pillion [a-z]* \([a-z|]*|[a-z]*\).*/\1/p' "$dir/$program")
        case "$choices:${3:-} ${4:-}" in :* | *:\ * | *:--* | *:%*\ ?*) ;; *)
            case "|$choices|" in *"|$3|"*) ;; *) wrong "$page: '$line': $1 $2 cannot be told '$3'" ;; esac
            ;;
        esac
        case ${2:-} in '' | --* | %*) ;; *) grep -Eq "^ +$2( |\$)" "$dir/$1" || wrong "$page: '$line': $1 has no '$2'" ;; esac
        ;;
    pilliond) program=pilliond ;;
    systemctl | journalctl) program= ;;
    *) continue ;;
    esac
    found=$((found + 1))
    for word; do
        case $word in
        --*) [ -z "$program" ] || grep -Eq -- "(^|[^a-z-])$word([^a-z-]|\$)" "$dir/$program" ||
            wrong "$page: '$line': $program has no '$word'" ;;
        pillion-*@* | "'pillion-"*@*)
            unit=${word#\'}
            [ -n "$program" ] || [ -e "contrib/systemd/${unit%%@*}@.service.in" ] || wrong "$page: '$line': no such unit"
            ;;
        esac
    done
done <"$dir/commands"
[ $found -ge 30 ] || wrong "only $found commands were found in $pages: are they written as they were?"

# key = value, or key =, within a line.
while IFS=$tab read -r page line; do
    key=$(echo "$line" | sed -n 's/^\([a-z]*[a-z-]*\) =.*/\1/p')
    [ -z "$key" ] || grep -qx -- "$key" "$dir/keys" || wrong "$page: '$line': there is no such key"
done <"$dir/spans"

# Blocks that are files: the first line says which.
# shellcheck disable=SC2086
awk -v dir="$dir" '
    FNR == 1 { fence = 0 }
    /^```/ { fence = !fence; language = substr($0, 4); if (fence) n++; next }
    fence && (language == "ini" || language == "xml") { print > (dir "/block-" n "." language); print FILENAME > (dir "/block-" n ".page") }
' $pages
for block in "$dir"/block-*.ini; do
    page=$(sed -n 1p "${block%.ini}.page")
    case $(sed -n 1p "$block") in
    '# '*/pillion/pillion.conf) "$daemon" --check --config "$block" >"$dir/said" 2>&1 || wrong "$page: $(cat "$dir/said")" ;;
    '# /etc/pillion/'*.conf)
        cp "$block" "$dir/etc/page.conf"
        chmod 644 "$dir/etc/page.conf"
        "$test_profile" "$dir/etc" page >"$dir/said" 2>&1 || wrong "$page: $(cat "$dir/said")"
        ;;
    *) wrong "$page: a block does not say which file it is of: $(sed -n 1p "$block")" ;;
    esac
done
for block in "$dir"/block-*.xml; do
    command -v xmllint >/dev/null || break
    { echo '<x>'; cat "$block"; echo '</x>'; } | xmllint --noout - >"$dir/said" 2>&1 ||
        wrong "$(sed -n 1p "${block%.xml}.page"): $(cat "$dir/said")"
done

# anchors PAGE: what its headings are called in a link.
anchors() { sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed "s/[^a-z0-9 -]//g; s/ /-/g"; }
for page in $pages; do
    grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//' >"$dir/links" || continue
    while read -r link; do
        case $link in http://* | https://*) continue ;; esac
        file=${link%%#*} anchor=${link#*#}
        target=$page
        [ -z "$file" ] || target=$(dirname "$page")/$file
        if [ ! -e "$target" ]; then
            wrong "$page: the link '$link' leads nowhere"
        elif [ "$anchor" != "$link" ]; then
            anchors "$target" | grep -qx -- "$anchor" || wrong "$page: '$link': there is no such heading"
        fi
    done <"$dir/links"
done
echo "$found commands were looked at"
exit $status

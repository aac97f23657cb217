#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The manual pages: none makes a formatter warn, they name whatever a person can meet (programs, commands, options, variables,
# files), and refer to no page or section that is not there. The lists are the programs' own.
#
#   check-man.sh BUILD PREFIX PILLION PILLIOND PILLION-SWITCH PAGE...
for formatter in mandoc groff; do
    command -v $formatter >/dev/null || { echo "skipped: $formatter is not installed"; exit 77; }
done
build=$1 prefix=$2 pillion=$(realpath "$3") pilliond=$(realpath "$4") switch=$(realpath "$5")
shift 5
source=$(realpath "$(dirname "$0")/..")
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
status=0
fail() { echo "$1"; status=1; }

# scdoc begins a paragraph before and after everything, of which only mandoc complains. groff, which lintian runs, is given a
# page that is long enough: a terminal has no other, and where one ends a table may not.
for page; do
    mandoc -T lint -W warning "$page" | grep -vE 'skipping paragraph macro: PP (empty|after S[HS])' >"$scratch/warnings"
    { echo ".pl 1000i" && cat "$page"; } | groff -ww -mandoc -t -Kutf8 -Tutf8 -rLL=80n -z 2>&1 |
        sed "s|^|$page: |" >>"$scratch/warnings"
    [ ! -s "$scratch/warnings" ] || fail "$(cat "$scratch/warnings")"
    text=$scratch/$(basename "$page")
    sed 's/\\f[BIR]//g; s/\\&//g; s/\\-/-/g; s/\\(ti/~/g' "$page" >"$text"
    awk '/^[.]RS 4$/ { print last } { last = $0 }' "$text" >"$text.entries"
done
# What is installed, below /usr.
sed 's/", "/"\n"/g' "$build/meson-info/intro-installed.json" |
    sed -nE "s|.*: \"$prefix/([^\"]*)\".*|/usr/\1|p" >"$scratch/installed"
# All that names a page: pages, what programs say, units, other documentation.
cd "$source" || exit 1
cat "$scratch"/*.[1-8] core/*.[ch] core/*/*.[ch] input/*.[ch] switcher/*.[ch] contrib/*/*.in contrib/catalog/* README.md docs/*.md \
    >"$scratch/everything" 2>/dev/null
cd "$scratch" || exit 1

# named PAGES WHAT PATTERN: each line of the file "list" must be in PAGES where PATTERN has its @. An empty list is a failure,
# too: what it is made of is not where it was.
named() {
    [ -s list ] || fail "$2: none was found"
    while read -r name; do
        # shellcheck disable=SC2086 # PAGES is a pattern
        cat $1 | grep -qE -- "$(echo "$3" | sed "s|@|$name|")" ||
            fail "$1: there is nothing of the $2 '$name'"
    done <list
}
entry='^(.*, )?@( |,|$)'                   # of those lines that an explanation follows
word='(^|[^[:alnum:]-])@($|[^[:alnum:]-])' # mentioned

commands() { sed -nE 's/^  ([a-z][a-z-]*)( .*|$)/\1/p'; }
"$pillion" --help | commands >list
named pillion.1.entries command "$entry"
"$switch" --help | commands >list
named pillion-switch.8.entries verb "$entry"
"$switch" --help | sed -nE 's/^  ([a-z]+) ([a-z|]+)( .*|$)/\1 \2/p' | while read -r verb rest; do
    echo "$rest" | tr '|' '\n' | sed "s/^/$verb /"
done >list
named pillion-switch.8.entries verb "$entry"

"$pilliond" --help | sed -nE 's/^  ([a-z-]+ =) .*/\1/p' >list
named pillion.conf.5.entries option '^@$'
sed -nE 's/^        \{ "[a-z]+", "([a-z-]+)", .*/\1 =/p' "$source/switcher/profile-options.c" >list
named pillion-profile.5.entries option '^@$'

# What can be said after a command is in its entry.
"$pillion" --help | commands | while read -r command; do
    "$pillion" help "$command" | grep -oE -- '^  --[a-z-]+' | sed "s/^  /$command .*/"
    "$pillion" help "$command" | sed -nE '1s/.* ([a-z]+([|][a-z]+)+)( .*|$)/\1/p' | tr '|' '\n' | sed "s/^/$command .*/"
done >list
named pillion.1.entries argument '^@([^[:alnum:]-]|$)'
flags() { sed '/^Configuration/,$d' | grep -oE -- '--[a-z][a-z-]+'; }
"$switch" --help | flags >list
named pillion-switch.8 flag "$word"
"$pilliond" --help | flags >list
named pilliond.8 flag "$word"

cat "$source"/core/*.c "$source"/core/*/*.c "$source"/input/*.c "$source"/audio/*.c "$source"/switcher/*.c |
    grep -oE 'getenv\("[A-Z_]+"' | cut -d'"' -f2 | sort -u >list
named '*.[1-8]' variable "$word"
# Of what others look for by its folder, the folder is enough.
grep -v '/share/man/' installed | sed -E 's#(/share/doc/pillion)/.*#\1#; s#(/share/(icons|bash-completion|zsh|fish)/.*)/[^/]*#\1#' |
    sort -u >list
named '*.[1-8]' file "$word"
grep -E '/(bin|sbin|libexec/pillion)/[^/]*$' installed >list
while read -r program; do
    [ -e "${program##*/}.1" ] || [ -e "${program##*/}.8" ] || fail "$program has no page"
done <list

# The examples of a configuration are taken by pilliond.
awk '/^[.]nf/ { n++; next } /^[.]fi/ { n++ } n % 2 && !/^[.]RS/ { print >("example-" n) }' pillion.conf.5
grep -l '^\[' example-* >list
while read -r example; do
    "$pilliond" --check --config "$example" >said 2>&1 || fail "pillion.conf.5: $(cat said)"
done <list
[ -s list ] || fail "pillion.conf.5 has no example that begins with a section"

for page in *.[1-8]; do
    for part in NAME DESCRIPTION EXAMPLES "SEE ALSO"; do
        grep -qx "[.]SH $part" "$page" || fail "$page has no $part"
    done
    case $page in *.5) continue ;; esac
    grep -qx "[.]SH EXIT STATUS" "$page" || fail "$page has no EXIT STATUS"
    twice=$(grep '^[[:alnum:]/~-]' "$page.entries" | sort | uniq -d)
    [ -z "$twice" ] || fail "$page: is there twice: $twice"
done

# Pages of others are those that somebody has looked up.
others=' busctl(1) lvcreate(8) polkit(8) prctl(2) qemu-img(1) systemctl(1) '
{ grep -ohE '[a-z][a-z0-9.-]*\([1-8]\)' ./*.[1-8]; grep -ohE '(org[.])?pillion[a-z0-9.-]*\([1-8]\)' everything; } | sort -u >list
while read -r name; do
    page=$(echo "$name" | tr '(' '.' | tr -d ')')
    [ -e "$page" ] || case $others in *" $name "*) ;; *) fail "there is no page $name, which something refers to" ;; esac
done <list
# "see PATHS in pillion.conf(5)"
tr '\n' ' ' <everything | grep -oE '[A-Z]+( [A-Z]+)* in pillion[a-z.-]*\([1-8]\)' | sort -u >list
while read -r reference; do
    page=$(echo "${reference##* }" | tr '(' '.' | tr -d ')')
    grep -qx "[.]SH ${reference% in *}" "$page" || fail "there is no $reference"
done <list
exit $status

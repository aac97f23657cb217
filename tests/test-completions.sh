#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What bash, zsh and fish offer, each asked in itself: commands, flags, choices, guests and profiles. Arguments: the table, the
# three scripts before their paths are put in.
# shellcheck disable=SC2317 # functions that are called by what $shell is
set -eu
table=$(realpath "$1")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir "$dir/profiles" "$dir/bin"
touch "$dir/profiles/win10.conf" "$dir/profiles/games.conf" "$dir/profiles/pillion.conf" "$dir/profiles/devices.conf"
printf '#!/bin/sh\ncat "%s/guests"\n' "$dir" >"$dir/bin/virsh"
printf 'win10\nwinter\n\n' >"$dir/guests"
chmod +x "$dir/bin/virsh"
export PATH="$dir/bin:$PATH" HOME="$dir" XDG_CONFIG_HOME="$dir" XDG_DATA_HOME="$dir"
for script in "$2" "$3" "$4"; do
    sed "s,@table@,$table,; s,@profiles@,$dir/profiles," "$script" >"$dir/$(basename "$script" .in)"
done

# WORD...: each function prints what the shell offers for the last of them.
in_bash() {
    # shellcheck disable=SC2016 # bash's own
    bash --norc -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }
        _pillion; printf "%s\n" "${COMPREPLY[@]}"' "$dir/pillion.bash" "$@"
}
in_zsh() {
    # shellcheck disable=SC2016 # zsh's own; its _describe is the one that is not asked
    zsh -f -c 'script=$1; shift; words=("$@"); CURRENT=$#
        _describe() { print -rl -- ${${(P)2}%%:*}; }; _files() { :; }
        . $script' - "$dir/_pillion" "$@" | grep -e "^$(eval "echo \"\${$#}\"")" || true
}
in_fish() {
    fish --no-config -c "source $dir/pillion.fish; complete -C '$*'" | cut -f 1
}

status=0
# offers WORDS IS...: the line, and what is offered for its last word.
offers() {
    line=$1
    shift
    for shell in bash zsh fish; do
        command -v $shell >/dev/null || continue
        # shellcheck disable=SC2086 # the words of the line; an empty last one is the callers' ''
        case $line in
        *' ') seen=$(in_$shell $line '') ;;
        *) seen=$(in_$shell $line) ;;
        esac
        seen=$(echo "$seen" | sort | tr '\n' ' ' | sed 's/ $//')
        [ "$seen" = "$*" ] && continue
        echo "$shell, '$line': offers '$seen', not '$*'"
        status=1
    done
}

offers 'pillion st' start status stop
offers 'pillion start ' win10 winter
offers 'pillion start win1' win10
offers 'pillion stop --f' --force
offers 'pillion input ' guest host toggle
offers 'pillion status --' --json --watch
offers 'pillion plan guest ' games win10
offers 'pillion help doc' doctor
offers 'pillion --v' --version
offers 'pillion-switch re' restore return
offers 'pillion-switch plan ' lend return
offers 'pillion-switch plan lend ' games win10
offers 'pillion-switch lend w' win10
offers 'pillion-switch adopt win10 --' --dry-run --undo
offers '/usr/sbin/pillion-switch restore --' --boot
offers 'pilliond --c' --check --config

# A guest may be called anything.
# shellcheck disable=SC2016 # not to be expanded by anybody
printf 'an evil $(touch %s/evil)\n' "$dir" >"$dir/guests"
for shell in bash zsh fish; do
    command -v $shell >/dev/null || continue
    in_$shell pillion start a >"$dir/said"
    grep -q evil "$dir/said" || { echo "$shell does not offer a guest with a strange name" && status=1; }
    [ ! -e "$dir/evil" ] || { echo "$shell does what a guest is called" && status=1; }
    rm -f "$dir/evil"
done

for shell in bash zsh fish; do
    command -v $shell >/dev/null || { echo "skipped: $shell is not installed"; exit 77; }
done
exit $status

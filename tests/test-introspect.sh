#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What pilliond says of its interfaces on the bus, and what org.pillion1(5) says of them: each method with its arguments,
# each signal, each property with its type and how it changes. Arguments: pilliond, the manual's source.
set -eu

own_bus_needs="busctl"
. "${0%/*}/own-bus.sh"

pilliond=$1 page=$2
mkdir pillion
printf '[guest]\nuri = test+unix:///default?socket=/nonexistent/libvirt-sock\n' >pillion/pillion.conf
"$pilliond" 2>log &
daemon=$!
trap 'kill $daemon' EXIT

introspect() { busctl --user "$@" introspect org.pillion1 /org/pillion1 >seen 2>said; }
serves() { introspect && grep -q '^org.pillion1.Audio' seen; }
until_is serves

# Every line of it in the form that the manual has, with its interface before it.
introspect --xml-interface
awk '
    function attribute(name,    value) {
        if (!match($0, " " name "=\"[^\"]*\"")) return ""
        value = substr($0, RSTART, RLENGTH)
        sub(/^[^"]*"/, "", value); sub(/"$/, "", value)
        return value
    }
    function add(list, one) { return list == "" ? one : list ", " one }
    /<interface / { interface = attribute("name"); ours = interface ~ /^org[.]pillion1/ }
    !ours { next }
    /<(method|signal|property) / { name = attribute("name"); in_ = out = ""; flag = "emits-change"; type = attribute("type") }
    /<arg / {
        argument = attribute("type") " _" attribute("name") "_"
        if (attribute("direction") == "out") out = add(out, argument); else in_ = add(in_, argument)
    }
    /EmitsChangedSignal/ { flag = attribute("value") == "false" ? "" : attribute("value") }
    /access="(readwrite|write)"/ { print interface ": " name " can be written, which the manual has no word for" }
    /<method .*\/>|<\/method>/ { print interface " *" name "*(" in_ ") → (" out ")" }
    /<signal .*\/>|<\/signal>/ { print interface " *" name "*(" in_ "), signal" }
    /<property .*\/>|<\/property>/ { print interface " *" name "*: " type (flag == "" ? "" : ", " flag) }
' seen | sort >on-the-bus
awk '
    /^# / { interface = $2 ~ /^org[.]pillion1[.]/ ? $2 : "" }
    interface != "" && /^[*][A-Za-z]+[*][(:]/ { print interface " " $0 }
' "$page" | sort >in-the-manual

diff -u in-the-manual on-the-bus || fail "org.pillion1(5) does not say what the bus does"
for interface in Manager Input Audio; do
    grep -q "^org.pillion1.$interface " on-the-bus || fail "there is no org.pillion1.$interface"
done
# What has no line about it explains nothing.
bare=$(awk '/^# / { members = $2 ~ /^org[.]pillion1[.]/ } !members { next }
    before != "" && !/^\t[^ ]/ { print before }
    { before = /^[*][A-Za-z]+[*][(:]/ ? $0 : "" }' "$page")
[ -z "$bare" ] || fail "not explained: $bare"
echo "ok: $(wc -l <on-the-bus) members are as org.pillion1(5) has them"

# SPDX-License-Identifier: GPL-2.0-or-later
# What the typist did, what the host saw and what the guest saw: three files. Each press of the typist was seen on exactly
# one side, in order, and its release followed there before the typist went on twice. May be missing: two presses each time
# the host gets the input, if the keyboard reported them while it was still the guest's and nobody had read them yet. May be
# too much: a release that the host has no press for, of what was held then.

function bad(what) { print what; failed = 1; exit 1 }

# A press or release that SIDE saw of the key number CODE.
function see(side, edge, code) {
    if (edge == "press") {
        if (down[side, code]) bad(side " saw key " code " pressed twice")
        down[side, code] = typed[code] ? ++count[side] : 1
        if (typed[code]) seen[side, count[side]] = code
        return
    }
    if (!down[side, code]) {
        if (side == "guest") bad("guest saw key " code " released that it did not hold")
        bare++
    } else if (typed[code] && count[side] - down[side, code] > 1)
        bad(side " saw key " code " released late, behind " count[side] - down[side, code] " others")
    down[side, code] = 0
}

function take(side) {
    if (seen[side, taken[side] + 1] != hardware[i]) return 0
    taken[side]++
    changes += side != now
    returns += side != now && side == "host"
    if (pending) {
        if (side != "host" || side == now || pending > 2) bad("press " i - 1 " was seen by nobody")
        swallowed += pending
        pending = 0
    }
    now = side
    return 1
}

BEGIN {
    n = split(alphabet, words, /[: \n]+/)
    for (k = 1; k < n; k += 2) { number[words[k]] = words[k + 1]; typed[words[k + 1]] = 1 }
    now = "host"
}
FNR == 1 { file++ }
file == 1 && $1 == "press" { hardware[++presses] = number[$2] }
file == 2 { see("host", $1, $2) }
file == 3 { see("guest", $1, $2) }
END {
    if (failed) exit 1
    for (key in down) if (down[key]) { split(key, part, SUBSEP); bad(part[1] " still holds key " part[2]) }
    for (i = 1; i <= presses; i++)
        if (!take(now) && !take(now == "host" ? "guest" : "host")) pending++
    if (pending) bad("the last press was seen by nobody")
    if (taken["host"] != count["host"] || taken["guest"] != count["guest"])
        bad("a side saw presses that nobody made, or out of order: host " count["host"] - taken["host"] \
            ", guest " count["guest"] - taken["guest"])
    if (changes < 6) bad("the text changed sides only " changes " times")
    if (bare > 3 * returns + 2 * presses / 100) bad(bare " bare releases")
    printf "%d presses, %d on the host, %d in the guest, %d changes in the middle of the text, %d swallowed by them\n", \
        presses, count["host"], count["guest"], changes, swallowed
}

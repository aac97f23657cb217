# SPDX-License-Identifier: GPL-2.0-or-later
# A picture of a terminal, of what the demo has printed:
#
#     awk -f contrib/demo/svg.awk FILE >docs/ride.svg
BEGIN {
    line_height = 19
    margin = 18
    paper = "#1d1f27"
}

function escape(text) {
    gsub(/&/, "\\&amp;", text)
    gsub(/</, "\\&lt;", text)
    gsub(/>/, "\\&gt;", text)
    return text
}

function colour(text) {
    if (text ~ /^--- /) return "#7aa2f7"
    if (text ~ /^[a-z]+ [$#] /) return "#ffffff"
    return "#b4b9cc"
}

{
    shown = escape($0)
    gsub(/✓/, "<tspan fill=\"#9ece6a\">✓</tspan>", shown)
    gsub(/✗/, "<tspan fill=\"#f7768e\">✗</tspan>", shown)
    line[++n] = sprintf("<text y=\"%d\" fill=\"%s\">%s</text>", margin + n * line_height, colour($0), shown)
    if (length($0) > width)
        width = length($0)
}

END {
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n", width * 8.5 + 2 * margin,
        n * line_height + 2.5 * margin
    print "<title>pillion start, in a terminal</title>"
    printf "<rect width=\"100%%\" height=\"100%%\" rx=\"10\" fill=\"%s\"/>\n", paper
    printf "<g transform=\"translate(%d 0)\" font-family=\"monospace\" font-size=\"14\" xml:space=\"preserve\">\n", margin
    for (i = 1; i <= n; i++)
        print line[i]
    print "</g>\n</svg>"
}

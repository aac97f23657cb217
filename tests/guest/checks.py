# SPDX-License-Identifier: GPL-2.0-or-later
"""A line per check, and the number of those that failed."""

failures = 0


def check(what, condition, detail=''):
    global failures
    failures += not condition
    why = f' ({detail})' if detail != '' and not condition else ''
    print(f'{"ok" if condition else "FAILED"}: {what}{why}', flush=True)


def check_equal(what, got, expected):
    check(what, got == expected, f'got {got!r}, expected {expected!r}')


def check_lines(m, what, *patterns):
    """The patterns' lines come, in this order, with nothing between."""
    for pattern in patterns:
        start = len(m.seen)
        m.expect(pattern)
        check(f'{what}: {pattern}', len(m.seen) == start + 1, m.seen[start:-1])


def boot(m):
    m.expect('pillion-guest 1')
    m.expect('ready')

# SPDX-License-Identifier: GPL-2.0-or-later
"""The stream in the shared memory: its header, its clock, its sound."""

import time

import scream
from checks import check, check_equal


def test_header(m, rate, rate_byte, bits, channels, mask, options=''):
    check('play accepted', m.ask(f'play {rate} {bits} {channels} 440{options}').startswith('ok '), m.seen[-1])
    got = scream.header(m)
    index = got.pop('index')
    check_equal(f'header of {rate}/{bits}/{channels}', got,
                scream.expected_header(m.size, rate, rate_byte, bits, channels, mask))
    check('the index begins low', index < 200, index)
    check_equal('padding is zero', [m.shared(at, size) for at, size in ((7, 1), (10, 2), (19, 1), (22, 2))],
                [b'\0', b'\0\0', b'\0', b'\0\0'])


def test_tone(m, rate, bits, channels, decibels=-12, factors=None):
    check('twenty chunks came', scream.wait_for_index(m, 20))
    sound = scream.samples(m, 1, 20)
    for number, channel in enumerate(sound):
        hz = 440 * (factors[number] if factors else 1)
        what = f'{rate}/{bits}/{channels} channel {number}'
        frequency, level = scream.frequency(channel, rate), scream.level(channel, bits)
        check(f'{what} sounds at {hz} Hz', abs(frequency - hz) < 0.1, frequency)
        check(f'{what} at {decibels} dB', abs(level - decibels) < 0.05, level)
        error = scream.worst_error(channel, rate, hz, bits, decibels)
        check(f'{what} is a sine from index 1 on', error < 0.51, error)


def progress(m, seconds):
    """Chunks and milliseconds of guest time that go by meanwhile, and the wall's milliseconds."""
    before, start = m.status(), time.monotonic()
    time.sleep(seconds)
    after = m.status()
    written = scream.header(m)['index']
    check('status and header agree on the index', (written - after['index']) % after['max'] < 50,
          (written, after['index']))
    return (after['chunks'] - before['chunks'], after['time'] - before['time'],
            (time.monotonic() - start) * 1000)


def check_rate(m, what, seconds, per_second, tolerance):
    chunks, guest, wall = progress(m, seconds)
    rate = chunks * 1000 / guest
    check(f'{what}: {per_second} chunks per second', abs(rate / per_second - 1) < tolerance, rate)
    check(f'{what}: guest time is time', 0.5 < guest / wall < 2, (guest, wall))


def test_playing(m):
    test_header(m, 48000, 1, 16, 2, 0x3)
    check('slot 0 is left alone at first', not any(m.shared(24, 3840)))
    test_tone(m, 48000, 16, 2)
    check_rate(m, 'playing', 3, 50, 0.1)
    m.ask('skew 500000')
    check_rate(m, 'half as fast again', 2, 75, 0.1)
    m.ask('skew 0')


def test_stall(m):
    before = m.status()
    m.stall(6)
    time.sleep(0.5)
    after = m.status()
    guest = after['time'] - before['time']
    check('guest time went on while the machine did not', guest > 5500, guest)
    chunks = after['chunks'] - before['chunks']
    check('the chunks of a stall come afterwards', abs(chunks * 20 - guest) < 200, (chunks, guest))
    m.qmp.run('stop')
    time.sleep(2)
    m.qmp.run('cont')
    passed = m.status()['time'] - after['time']
    check('a suspended machine has no time', passed < 1500, passed)


def test_pause_and_mute(m):
    index = int(m.ask('pause').rsplit(' ', 1)[1])
    time.sleep(0.5)
    check_equal('pause freezes the index', scream.header(m)['index'], index)
    m.ask('resume')
    m.ask('mute on')
    check_rate(m, 'muted', 1, 50, 0.2)
    last = scream.header(m)['index']
    check_equal('a muted chunk is silence', set(m.shared(24 + last * 3840, 3840)), {0})
    m.ask('mute off')


def test_formats(m):
    test_header(m, 44100, 129, 24, 6, 0x3f)
    test_tone(m, 44100, 24, 6)
    test_header(m, 192000, 4, 32, 8, 0x63f, ' -3 distinct')
    test_header(m, 96000, 2, 32, 2, 0x0, ' 0x0 -3 distinct')
    test_tone(m, 96000, 32, 2, -3, factors=(1, 2))


def test_stop(m):
    sound = m.shared(24 + 768 * 20, 64)
    check_equal('stop', m.ask('stop'), 'ok')
    check_equal('stop zeroes the header', m.shared(0, 24), bytes(24))
    check('stop leaves the sound', any(sound) and m.shared(24 + 768 * 20, 64) == sound)


def test_deaf_console(m):
    m.ask('play 48000 16 2 440')
    m.listening.clear()
    m.serial.sendall(b'peek 0 512\n' * 600)
    before = scream.header(m)['index']
    check('the chunk clock does not wait for a reader', scream.wait_for_index(m, before + 50), before)
    m.listening.set()
    answers = dropped = 0
    while answers + dropped < 600:      # in vain, should a line be neither whole nor counted
        count = m.expect('ok [0-9a-f]{1024}|dropped ([0-9]+) lines').group(1)
        answers += count is None
        dropped += int(count or 0)
    check('some lines were lost, and counted', dropped > 0)
    check_equal('the console works again', m.ask('stop'), 'ok')


# In this order: one begins with what the one before leaves playing.
TESTS = (test_playing, test_stall, test_pause_and_mute, test_formats, test_stop, test_deaf_console)

# SPDX-License-Identifier: GPL-2.0-or-later
"""What Scream's driver leaves in the shared memory, read independently of the guest's C code."""

import math
import struct
import time

HEADER = struct.Struct('<IHBxHxxIBBBxHxx')
FIELDS = ('magic', 'index', 'offset', 'max', 'chunk', 'rate', 'bits', 'channels', 'mask')


def header(machine):
    return dict(zip(FIELDS, HEADER.unpack(machine.shared(0, HEADER.size))))


def expected_header(size, rate, rate_byte, bits, channels, mask):
    chunk = rate // 50 * channels * bits // 8
    return {'magic': 0x11112014, 'offset': 24, 'max': size // chunk, 'chunk': chunk,
            'rate': rate_byte, 'bits': bits, 'channels': channels, 'mask': mask}


def wait_for_index(machine, index, patience=30):
    deadline = time.monotonic() + patience
    while header(machine)['index'] < index and time.monotonic() < deadline:
        time.sleep(0.02)
    return header(machine)['index'] >= index


def samples(machine, first, count):
    """The channels of COUNT chunks from index FIRST on, each a list of integers."""
    now = header(machine)
    width = now['bits'] // 8
    data = machine.shared(now['offset'] + first * now['chunk'], count * now['chunk'])
    values = [int.from_bytes(data[i:i + width], 'little', signed=True) for i in range(0, len(data), width)]
    return [values[channel::now['channels']] for channel in range(now['channels'])]


def frequency(channel, rate):
    """By the times of the first and the last upward zero crossing, each interpolated between two samples."""
    crossings = [i - b / (b - a) for i, (a, b) in enumerate(zip(channel, channel[1:]), 1) if a < 0 <= b]
    if len(crossings) < 2:
        return 0
    return (len(crossings) - 1) * rate / (crossings[-1] - crossings[0])


def level(channel, bits):
    peak = max(abs(value) for value in channel)
    return 20 * math.log10(peak / ((1 << (bits - 1)) - 1)) if peak else -math.inf


def worst_error(channel, rate, hz, bits, decibels):
    """The largest distance of any sample, in units of the last bit, from a sine that starts at phase zero."""
    amplitude = ((1 << (bits - 1)) - 1) * 10 ** (decibels / 20)
    step = 2 * math.pi * hz / rate
    return max(abs(value - amplitude * math.sin(step * i)) for i, value in enumerate(channel))

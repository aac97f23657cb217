# SPDX-License-Identifier: GPL-2.0-or-later
"""test.py GUEST_ELF: every claim of the test guest, checked from outside."""

import sys
import time

import checks
import scream
import test_sound
from checks import boot, check, check_equal, check_lines
from machine import Failure, Machine


def test_inventory(m):
    boot(m)
    for line in ('pci 00:00.0 8086:29c0 class 0600 bridge', 'pci 00:01.0 1234:1111 class 0300 display',
                 'pci 00:02.0 1af4:1110 class 0500 ivshmem', 'pci 00:1f.0 8086:2918 class 0601 bridge'):
        check(f'boot says {line}', line in m.seen, m.seen)
    check('boot says the ivshmem', any(line.startswith('ivshmem 00:02.0 bar2 0x') and
                                       line.endswith(' size 2097152') for line in m.seen), m.seen)
    check_equal('no pin was opened by booting', m.shared(0, 24), bytes(24))


def test_mistakes(m):
    for line in ('dance', 'play', 'play 48000 16 2', 'play 48000 17 2 440', 'play 48000 16 9 440',
                 'play 48001 16 2 440', 'play 48000 16 2 440 loud', 'play 48000 16 2 440 +1', 'stop', 'pause',
                 'mute maybe', 'skew 1e3', 'peek 2097152 1', 'peek 0 513', 'poke 2097151 0000', 'poke 0 0',
                 'poke 0 zz', 'use 3', 'status now', 'x' * 1300):
        answer = m.ask(line)
        check(f'refused: {line[:30]}', answer.startswith('error: '), answer)
    check('help ends in ok', m.ask('help') == 'ok')
    check('help names a command', 'help poke OFFSET HEXBYTES' in m.seen)


def test_poke_and_peek(m):
    check_equal('poke', m.ask('poke 0x1ffffc deadBEEF'), 'ok 4')
    check_equal('poked bytes are in the file', m.shared(0x1ffffc, 4), b'\xde\xad\xbe\xef')
    check_equal('peek', m.ask('peek 2097148 4'), 'ok deadbeef')
    m.ask('play 48000 16 2 440')
    check_equal('a hostile header while playing', m.ask('poke 8 0000ffffffffffff'), 'ok 8')
    test_sound.check_rate(m, 'the driver is not disturbed', 1, 50, 0.2)
    check_equal('nor does it repair the header', m.shared(8, 8), b'\0\0' + b'\xff' * 6)
    m.ask('stop')


def test_keys(m):
    for name, code in (('a', 30), ('ctrl_r', 97), ('up', 103), ('kp_enter', 96), ('meta_l', 125), ('f12', 88),
                       ('print', 99), ('volumeup', 115)):
        m.qmp.key(name, True)
        m.qmp.key(name, False)
        check_lines(m, name, f'key {code} press', f'key {code} release')
    m.qmp.key('pause', True)
    m.qmp.key('pause', False)
    check_lines(m, 'pause', 'key 119 press', 'key 119 release')
    for down in (True, True, False):
        m.qmp.key('shift', down)
    check_lines(m, 'a held key', 'key 42 press', 'key 42 repeat', 'key 42 release')
    check_equal('leds', m.ask('leds 5'), 'ok')
    check('the keyboard got the lights', m.traced('ps2_set_ledstate .* ledstate 5'))
    m.qmp.key('a', True)
    check_lines(m, 'a key after leds', 'key 30 press')
    m.qmp.key('a', False)
    check_lines(m, 'a key after leds', 'key 30 release')


def test_mouse(m):
    m.qmp.move(5, -7)
    check_lines(m, 'moving', 'mouse move 5 -7')
    for name in ('left', 'right', 'middle', 'side', 'extra'):
        m.qmp.button(name, True)
        m.qmp.button(name, False)
        check_lines(m, name, f'mouse button {name} press', f'mouse button {name} release')
    for name, step in (('wheel-up', 1), ('wheel-down', -1)):
        m.qmp.button(name, True)
        m.qmp.button(name, False)
        check_lines(m, name, f'mouse wheel {step}')


def test_power(m):
    m.ask('play 48000 16 2 440')
    check_equal('reboot', m.ask('reboot'), 'ok')
    boot(m)
    check_equal('a reboot leaves a stale header', scream.header(m)['magic'], 0x11112014)
    m.ask('ignore-power-button on')
    m.qmp.run('system_powerdown')
    check_lines(m, 'ignored', 'acpi power-button')
    time.sleep(0.3)
    check_equal('the guest lives on', m.status()['state'], 'stopped')
    m.ask('ignore-power-button off')
    m.qmp.run('system_powerdown')
    check_lines(m, 'obeyed', 'acpi power-button', 'bye')
    check_equal('the machine is off', m.wait(), 0)


def test_usual_machine(elf):
    with Machine(elf, shared=('-device', 'VGA', '-device', 'ivshmem-plain,memdev=shared')) as m:
        for test in (test_inventory, test_mistakes, *test_sound.TESTS, test_poke_and_peek, test_keys,
                     test_mouse, test_power):
            print(f'# {test.__name__}', flush=True)
            test(m)


def test_awkward_machine(elf):
    """The device behind a port, its memory above 4 GiB because of a second device that does not fit below."""
    print('# test_awkward_machine', flush=True)
    shared = ('-device', 'pcie-root-port,id=rp', '-device', 'ivshmem-plain,memdev=shared,bus=rp',
              '-object', 'memory-backend-ram,id=large,size=1G,share=on',
              '-device', 'ivshmem-plain,memdev=large')
    with Machine(elf, '-smp', '2', size=4 << 20, shared=shared) as m:
        boot(m)
        lines = [line for line in m.seen if line.startswith('ivshmem ')]
        check('both are found', [line.split()[-1] for line in lines] == [str(4 << 20), str(1 << 30)], lines)
        check('one is behind the port', lines[0].startswith('ivshmem 01:00.0 '), lines)
        check('one is above 4 GiB', any(int(line.split()[3], 16) >> 32 for line in lines), lines)
        check_equal('the first is used', m.ask('poke 16 77'), 'ok 1')
        check_equal('through the port', m.shared(16, 1), b'\x77')
        check('no device of 2 MiB', m.ask('use 2').startswith('error: '))
        check_equal('poweroff', m.ask('poweroff'), 'ok')
        check_lines(m, 'poweroff', 'bye')
        check_equal('the machine is off', m.wait(), 0)


def test_virtio_input(elf):
    print('# test_virtio_input', flush=True)
    with Machine(elf, '-device', 'virtio-keyboard-pci', '-device', 'virtio-mouse-pci') as m:
        boot(m)
        check_equal('both are found', sum(line.startswith('virtio-input ') for line in m.seen), 2)
        for turn in range(20):          # more events than the queue has slots
            m.qmp.key('a', True)
            m.qmp.key('a', False)
            check_lines(m, 'virtio keyboard', 'virtio key 30 press', 'virtio key 30 release')
        m.qmp.button('left', True)
        m.qmp.move(3, -4)
        check_lines(m, 'virtio mouse', 'virtio key 272 press', 'virtio rel 0 3', 'virtio rel 1 -4')


def test_hotplug(elf):
    """What is plugged in while the guest runs is seen, given addresses and driven when it looks, and let go of."""
    print('# test_hotplug', flush=True)
    ports = [word for i in (1, 2) for word in ('-device', f'pcie-root-port,id=rp{i},chassis={i}')]
    with Machine(elf, *ports) as m:
        boot(m)
        check_equal('nothing is there', sum(line.startswith('virtio-input ') for line in m.seen), 0)
        for turn in range(2):
            m.qmp.run('device_add', driver='virtio-keyboard-pci', id='kbd', bus='rp1')
            m.qmp.run('device_add', driver='virtio-mouse-pci', id='mouse', bus='rp2')
            m.seen.clear()
            check_equal('rescan', m.ask('rescan'), 'ok')
            check_equal('both have come', sum(line.startswith('virtio-input ') and not line.endswith('unusable')
                                              for line in m.seen), 2)
            m.seen.clear()
            check_equal('rescan again', m.ask('rescan'), 'ok')
            check_equal('nothing new', m.seen, ['ok'])
            m.qmp.key('a', True)
            check_lines(m, 'plugged keyboard', 'virtio key 30 press')
            m.qmp.key('a', False)
            check_lines(m, 'plugged keyboard', 'virtio key 30 release')
            m.qmp.move(3, -4)
            check_lines(m, 'plugged mouse', 'virtio rel 0 3', 'virtio rel 1 -4')
            for name in ('kbd', 'mouse'):
                m.qmp.run('device_del', id=name)
            check_equal('rescan for what goes', m.ask('rescan'), 'ok')
            check_equal('both are gone', [m.qmp.run('qom-list', path='/machine/peripheral')
                                          .count({'name': name, 'type': f'child<virtio-{kind}-pci>'})
                                          for name, kind in (('kbd', 'keyboard'), ('mouse', 'mouse'))], [0, 0])


def main():
    try:
        test_usual_machine(sys.argv[1])
        test_awkward_machine(sys.argv[1])
        test_virtio_input(sys.argv[1])
        test_hotplug(sys.argv[1])
    except (Failure, OSError) as failure:
        check('the guest answers', False, failure)
    print(f'{checks.failures} checks failed' if checks.failures else 'all checks passed')
    return min(checks.failures, 1)


sys.exit(main())

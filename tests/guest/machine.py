# SPDX-License-Identifier: GPL-2.0-or-later
"""An emulated machine that runs the test guest, with its serial console, QMP and the shared memory's file."""

import json
import os
import queue
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time

PATIENCE = 30       # seconds of wall time for anything that should be immediate: the machine may be busy


class Failure(Exception):
    pass


class Qmp:
    """Speaks QMP on an accepted socket; events are skipped while an answer is awaited, and kept."""

    def __init__(self, connection):
        self.connection = connection
        self.stream = connection.makefile('rw')
        self.events = []
        json.loads(self.stream.readline())
        self.run('qmp_capabilities')

    def run(self, command, **arguments):
        self.stream.write(json.dumps({'execute': command, 'arguments': arguments}) + '\n')
        self.stream.flush()
        while True:
            line = self.stream.readline()
            if not line:
                raise Failure(f'QMP closed during {command}')
            answer = json.loads(line)
            if 'event' in answer:
                self.events.append(answer['event'])
            elif 'error' in answer:
                raise Failure(f'{command}: {answer["error"]["desc"]}')
            else:
                return answer['return']

    def send(self, *events):
        self.run('input-send-event', events=list(events))

    def key(self, name, down):
        self.send({'type': 'key', 'data': {'down': down, 'key': {'type': 'qcode', 'data': name}}})

    def button(self, name, down):
        self.send({'type': 'btn', 'data': {'down': down, 'button': name}})

    def move(self, dx, dy):
        self.send(*({'type': 'rel', 'data': {'axis': axis, 'value': value}}
                    for axis, value in (('x', dx), ('y', dy))))


class Machine:
    """`with Machine(elf) as m:` boots; leaving the block ends QEMU whatever happened."""

    def __init__(self, elf, *extra, size=2 << 20, shared=('-device', 'ivshmem-plain,memdev=shared')):
        self.directory = tempfile.TemporaryDirectory(prefix='pillion-guest-')
        self.file = os.path.join(self.directory.name, 'shared')
        self.size = size
        self.lines = queue.Queue()
        self.seen = []
        self.listening = threading.Event()      # cleared: nobody reads the console
        self.listening.set()
        listeners = [self._listen(name) for name in ('serial', 'qmp')]
        self.process = subprocess.Popen([
            'qemu-system-x86_64', '-accel', 'tcg', '-M', 'q35', '-m', '128', '-nodefaults', '-no-user-config',
            '-display', 'none', '-kernel', elf,
            '-trace', 'ps2_set_ledstate', '-D', f'{self.directory.name}/trace',
            '-object', f'memory-backend-file,id=shared,mem-path={self.file},size={size},share=on', *shared,
            '-chardev', f'socket,id=serial,path={self.directory.name}/serial', '-serial', 'chardev:serial',
            '-qmp', f'unix:{self.directory.name}/qmp', *extra])
        try:
            self.serial, qmp = (self._accept(listener) for listener in listeners)
            threading.Thread(target=self._read, daemon=True).start()
            self.qmp = Qmp(qmp)
        except OSError as error:
            self.process.kill()
            raise Failure(f'the machine did not start: {error}') from error

    def _listen(self, name):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(os.path.join(self.directory.name, name))
        listener.listen(1)
        listener.settimeout(PATIENCE)
        return listener

    @staticmethod
    def _accept(listener):
        connection, _ = listener.accept()
        connection.settimeout(None)
        listener.close()
        return connection

    def _read(self):
        with self.serial.makefile('r', encoding='ascii', errors='replace') as stream:
            for line in stream:
                self.lines.put(line.rstrip('\r\n'))
                self.listening.wait()
        self.lines.put(None)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.serial.close()
        self.qmp.connection.close()
        self.directory.cleanup()

    def expect(self, pattern, timeout=PATIENCE):
        """The match of the next line that PATTERN matches wholly; lines before it are passed over."""
        passed = []
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = self.lines.get(timeout=max(0, deadline - time.monotonic()))
            except queue.Empty:
                raise Failure(f'no line like {pattern!r}, only {passed}') from None
            if line is None:
                raise Failure(f'the console closed instead of {pattern!r}, after {passed}')
            self.seen.append(line)
            match = re.fullmatch(pattern, line)
            if match:
                return match
            passed.append(line)

    def ask(self, command):
        """The guest's answer to COMMAND, `ok` included."""
        self.serial.sendall(command.encode() + b'\n')
        return self.expect('(?:ok|error:)(?: .*)?').group()

    def status(self):
        """`status` as a dictionary: its words after the format are pairs of a name and a value."""
        words = self.ask('status').replace(' of ', ' max ').split()
        pairs = dict(zip(words[3::2], words[4::2]))
        return {'state': words[1], 'format': words[2],
                **{name: int(pairs[name]) for name in ('index', 'max', 'chunks', 'time')}}

    def shared(self, offset, length):
        with open(self.file, 'rb') as file:
            return os.pread(file.fileno(), length, offset)

    def traced(self, pattern):
        """Whether QEMU's trace gets a line like PATTERN: for what no other interface of it shows."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with open(f'{self.directory.name}/trace', encoding='utf-8') as trace:
                if re.search(pattern, trace.read()):
                    return True
            time.sleep(0.05)
        return False

    def stall(self, seconds):
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def wait(self):
        """The exit status once the machine has gone by itself."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise Failure('the machine is still running') from None

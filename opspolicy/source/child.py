"""Another program at work: what it is told, what it answers, and that it doesn't take forever.

Importing `subprocess` takes longer than all that git is asked here (13 ms of processor
time, against 1 or 2 ms a process of git's), so posix_spawn starts programs where there is one.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SILENCE = 60
"""Seconds without a byte after which a program is stopped."""
CHUNK = 1 << 16
MOST_COMPLAINT = 1 << 14
"""Bytes of what it writes to stderr that are kept."""
KILL = 9
"""SIGKILL, which has this number everywhere; `signal` takes its time to import."""


class SilentError(Exception):
    """A program has said nothing for too long, and was stopped."""


def start(command: list[str], environment: Mapping[str, str]) -> Child:
    """Run a program by its full path; raises OSError where that can't be."""
    if hasattr(os, "posix_spawn"):
        return Spawned(command, environment)
    return Opened(command, environment)


class Child:
    """A program that reads what it is told from a pipe, and writes its answers into another.

    Nothing here waits for both at once: who tells it more than a pipe holds, which is 4 KiB at the
    least, must read answers in between.
    """

    def __init__(self, told: int, answers: int) -> None:
        """Write to the open file ``told``, and read from ``answers``."""
        self._told = told
        self._answers = answers
        self._buffer = b""
        self._said = b""
        self._code: int | None = None

    def tell(self, data: bytes) -> None:
        """Write ``data``; without effect where the program has ended, as its answers show."""
        try:
            while data:
                data = data[os.write(self._told, data) :]
        except OSError:
            return

    def line(self, most: int = 0) -> bytes:
        """Return a line with its line break; without one, where the answers end.

        Of a line of more than ``most`` bytes it may be the beginning alone.
        """
        while not (end := self._buffer.find(b"\n") + 1):
            if most and len(self._buffer) > most:
                end = len(self._buffer)
                break
            chunk = self._some()
            self._buffer += chunk
            if not chunk:
                end = len(self._buffer)
                break
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def exactly(self, size: int) -> bytes:
        """Return the next ``size`` bytes; fewer, where the answers end."""
        parts, left = [self._buffer], size - len(self._buffer)
        while left > 0 and (chunk := self._some()):
            parts.append(chunk)
            left -= len(chunk)
        data = b"".join(parts)
        self._buffer = data[size:]
        return data[:size]

    def rest(self) -> bytes:
        """Return all that is still to come; nothing more can be told."""
        self._hang_up()
        parts = [self._buffer]
        while chunk := self._some():
            parts.append(chunk)
        return b"".join(parts)

    def finish(self) -> tuple[int, bytes]:
        """Let it end; return its exit code and the beginning of what it wrote to stderr.

        Its answers must have come to their end.
        """
        raise NotImplementedError

    def stop(self) -> bytes:
        """End it, wherever it is; return the beginning of what it wrote to stderr."""
        raise NotImplementedError

    def _some(self) -> bytes:
        """Return what comes next, and nothing at the end; raises SilentError."""
        raise NotImplementedError

    def _hang_up(self) -> None:
        if self._told >= 0:
            os.close(self._told)
            self._told = -1


class Spawned(Child):
    """A program on a POSIX system."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Start it; raises OSError where that can't be."""
        from select import POLLIN, poll  # noqa: PLC0415 - not on every system

        theirs, told = os.pipe()
        answers, out = os.pipe()
        complaints, err = os.pipe()
        # What Python opens isn't inherited, but for these three under their new numbers.
        ends = [(os.POSIX_SPAWN_DUP2, each, at) for at, each in enumerate((theirs, out, err))]
        try:
            self._pid = os.posix_spawn(command[0], command, environment, file_actions=ends)
        except OSError:
            for each in (told, answers, complaints):
                os.close(each)
            raise
        finally:
            for each in (theirs, out, err):
                os.close(each)
        super().__init__(told, answers)
        self._complaints = complaints
        self._poll = poll()
        self._poll.register(answers, POLLIN)
        self._poll.register(complaints, POLLIN)
        self._listens = True

    def _some(self) -> bytes:
        while True:
            ready = self._ready(SILENCE)
            # What is wrong is written before the answer that shows it.
            if self._complaints in ready:
                self._listen()
            if self._answers in ready:
                return os.read(self._answers, CHUNK)

    def _ready(self, seconds: int) -> dict[int, int]:
        """Return the open files from which there is something to read, waiting for one."""
        ready = dict(self._poll.poll(seconds * 1000))
        if seconds and not ready:
            self.stop()
            raise SilentError
        return ready

    def _listen(self) -> None:
        said = os.read(self._complaints, CHUNK)
        self._said += said[: MOST_COMPLAINT - len(self._said)]
        if not said:
            self._poll.unregister(self._complaints)
            self._listens = False

    def finish(self) -> tuple[int, bytes]:
        """Let it end; return its exit code and the beginning of what it wrote to stderr."""
        if self._code is None:
            self._hang_up()
            self._poll.unregister(self._answers)
            while self._listens and self._ready(SILENCE):
                self._listen()
        return self._reap(), self._said

    def stop(self) -> bytes:
        """End it, wherever it is; return the beginning of what it wrote to stderr."""
        if self._code is None:
            while self._listens and self._complaints in self._ready(0):
                self._listen()
            self._hang_up()
            os.kill(self._pid, KILL)
        self._reap()
        return self._said

    def _reap(self) -> int:
        if self._code is None:
            _, status = os.waitpid(self._pid, 0)
            self._code = os.waitstatus_to_exitcode(status)
            os.close(self._answers)
            os.close(self._complaints)
        return self._code


class Opened(Child):
    """A program on any other system."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        """Start it; raises OSError where that can't be."""
        from subprocess import PIPE, Popen  # noqa: PLC0415 - not on most systems
        from tempfile import TemporaryFile  # noqa: PLC0415

        self._complaints = TemporaryFile()  # noqa: SIM115 - open as long as the program runs
        self._process = Popen(  # noqa: S603 - a list, and no shell
            command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=self._complaints,
            env=environment,
            bufsize=0,
        )
        assert self._process.stdin is not None  # noqa: S101 - they are pipes
        assert self._process.stdout is not None  # noqa: S101
        super().__init__(os.dup(self._process.stdin.fileno()), self._process.stdout.fileno())
        self._process.stdin.close()
        self._was_silent = False

    def _some(self) -> bytes:
        from threading import Timer  # noqa: PLC0415 - not on most systems

        # Not every system can wait for a pipe with a limit, but each can stop a program.
        timer = Timer(SILENCE, self._silence)
        timer.start()
        try:
            data = os.read(self._answers, CHUNK)
        finally:
            timer.cancel()
        if self._was_silent:
            self.stop()
            raise SilentError
        return data

    def _silence(self) -> None:
        self._was_silent = True
        self._process.kill()

    def finish(self) -> tuple[int, bytes]:
        """Let it end; return its exit code and the beginning of what it wrote to stderr."""
        return self._reap(), self._said

    def stop(self) -> bytes:
        """End it, wherever it is; return the beginning of what it wrote to stderr."""
        self._process.kill()
        self._reap()
        return self._said

    def _reap(self) -> int:
        if self._code is None:
            self._hang_up()
            self._code = self._process.wait()
            self._complaints.seek(0)
            self._said = self._complaints.read(MOST_COMPLAINT)
            self._complaints.close()
            assert self._process.stdout is not None  # noqa: S101 - it is a pipe
            self._process.stdout.close()
        return self._code

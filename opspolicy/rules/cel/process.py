"""The other side of the worker: expressions to it, and what they come to back."""

from __future__ import annotations

import json
import os
import sys
import time
from functools import cache

from opspolicy.record import NamedTuple
from opspolicy.source import child

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from opspolicy.source.child import Child

PACKAGE = "cel_expr_python"
WITHOUT = (
    "it is written in CEL, which takes the package `cel-expr-python`, and that isn't installed"
    " here: install `opspolicy[cel]`"
)
UNLOADABLE = "`cel-expr-python` can't be loaded here"
AGAIN = "install `opspolicy[cel]` again, for the Python and the system that run this"
TIMED_OUT = "it takes longer than 100 ms of processor time"
UNREAD = "reading it takes longer than 1 s of processor time"
LATE = "all of it together takes longer than 5 s of processor time"
MOST_SPENT, MOST_ENDED = 60, 5
"""Seconds that all policies of a command may take, and how many may end it, before it's over."""
TIRED = "it isn't tried, as other policies in CEL have taken too long already"
EXHAUSTED = "the process that evaluates it has ended: it may have taken more memory than 512 MiB"
ENDED_BY_CLOCK, OUT_OF_TIME = -27, b"Timeout ("
"""SIGPROF, and what is written where there are no such signals, by faulthandler."""
TALKATIVE = "what it comes to is longer than anybody reads"
MOST_LINE = 1 << 18
"""Bytes of one answer: more than the worker says of anything."""
MOST_KEPT, LONGEST_KEPT = 500, 1 << 16
"""How many questions are kept with their answers, and how many bytes of one with its answers."""


class Group(NamedTuple):
    """Items with what they share.

    Of those that are ``alike``, which have the same number there, words are asked for once: of the
    first that doesn't hold.
    """

    shared: Mapping[str, object]
    items: Sequence[Mapping[str, object]]
    alike: Sequence[int] = ()


class Wrong(NamedTuple):
    """What is wrong with an expression: why, and in which line and column, from 1, if anywhere."""

    why: str
    line: int = 0
    column: int = 0


class Answer(NamedTuple):
    """What became of one item: whether it is ``meant``, and whether it ``holds``.

    Where it doesn't, ``words`` are the values of the message's placeholders, unless one that is
    alike has said them. Where nobody knows, ``wrong`` says why, and ``at`` which of the expressions
    it is that failed.
    """

    meant: bool = False
    holds: bool = True
    words: tuple[tuple[str, Any], ...] = ()
    wrong: str = ""
    at: int = 0


WORDLESS = {each: Answer(*each) for each in ((False, True), (True, True), (True, False))}


class StoppedError(Exception):
    """The worker has ended, or never began; the message says why."""


class UnloadableError(StoppedError):
    """No expression can be evaluated here at all; the message says why, the hint what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Say why, and what to do."""
        super().__init__(message)
        self.hint = hint


class Process:
    """A worker, started when it is needed and again after it has ended."""

    def __init__(self) -> None:
        """Start nothing yet."""
        self._child: Child | None = None
        # Who looks for other times judges the same estate again and again.
        self._kept: dict[bytes, list[Answer]] = {}
        self._heard = 0
        self._unloadable: UnloadableError | None = None
        # By the whole question: what takes too long of one estate may be quick of another.
        self._read_before: dict[bytes, str | Wrong] = {}
        self._ended: dict[bytes, str] = {}
        self._spent = 0.0
        self._failed = 0

    @property
    def is_tired(self) -> bool:
        """Whether all the time of this command is up."""
        return self._spent > MOST_SPENT or self._failed >= MOST_ENDED

    def begin(self) -> None:
        """Take it that a new command has begun, with all its time before it."""
        self._spent = 0.0
        self._failed = 0
        self._ended.clear()
        self._unloadable = None

    def check(self, fields: Mapping[str, str], texts: Sequence[str]) -> list[str | Wrong]:
        """Return the type of each expression over ``fields``, or what is wrong with it.

        Raises StoppedError where the worker can't tell, UnloadableError where it never will.
        """
        found: list[str | Wrong] = []
        for text in texts:
            # One by one: what ends the worker is the one that was asked about.
            question = _bytes({"do": "check", "fields": fields, "texts": [text]})
            if question in self._read_before:
                found.append(self._read_before[question])
                continue
            if self.is_tired:
                raise StoppedError(TIRED)
            begun = time.monotonic()
            try:
                (said,) = self._asked(question)
                self._spent += self._read()["spent"]
            except UnloadableError:
                raise
            except StoppedError as error:
                self._spent += time.monotonic() - begun
                self._failed += 1
                raise StoppedError(UNREAD if str(error) == TIMED_OUT else str(error)) from error
            told = said["type"] if "type" in said else _wrong(said["wrong"])
            if len(self._read_before) >= MOST_KEPT:
                self._read_before.clear()
            self._read_before[question] = told
            found.append(told)
        return found

    def run(
        self, fields: Mapping[str, str], texts: Sequence[str], groups: Sequence[Group]
    ) -> Iterator[Answer]:
        """Yield what becomes of each item of ``groups``, each with what its items share.

        The first of ``texts`` says which are meant, the second what holds of these, and the others
        what to say where it doesn't. Ends with an answer that is wrong where the worker ends.
        """
        count = sum(len(each.items) for each in groups)
        if not count:
            return
        question = _bytes({"do": "run", "fields": fields, "texts": texts, "groups": groups})
        key = _digest(question)
        # What has once taken too much isn't tried again.
        if key in self._ended:
            yield Answer(wrong=self._ended[key], at=1)
            return
        if key in self._kept:
            yield from self._kept[key]
            return
        if self.is_tired:
            yield Answer(wrong=TIRED, at=1)
            return
        heard: list[Answer] = []
        begun, before = time.monotonic(), self._heard
        try:
            heard.append(_answer(self._asked(question)))
            while len(heard) < count and heard[-1].wrong != LATE:
                heard.append(_answer(self._read()))
            self._spent += self._read()["spent"]
        except StoppedError as error:
            # What it has spent died with it: how long it took is at least as much.
            self._spent += time.monotonic() - begun
            self._ended[key] = str(error)
            self._failed += 1
            yield from heard
            yield Answer(wrong=str(error), at=1)
            return
        if heard[-1].wrong == LATE:
            self._failed += 1
        if len(question) + self._heard - before <= LONGEST_KEPT:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[key] = heard
        yield from heard

    def _asked(self, question: bytes) -> Any:  # noqa: ANN401 - what JSON has
        if self._child is None:
            self._begin()
            assert self._child is not None  # noqa: S101 - it has begun
        self._child.tell(question)
        return self._read()

    def _begin(self) -> None:
        """Start the worker; raises UnloadableError, at once where that is known."""
        if self._unloadable is None:
            try:
                self._child = _start()
                self._read(is_ready=False)
            except UnloadableError as error:
                self._unloadable = error
        if self._unloadable is not None:
            raise self._unloadable

    def _read(self, *, is_ready: bool = True) -> Any:  # noqa: ANN401 - what JSON has
        assert self._child is not None  # noqa: S101 - it was asked
        try:
            line = self._child.line(MOST_LINE)
            self._heard += len(line)
            if len(line) > MOST_LINE:
                self._child.stop()
                self._child = None
                raise StoppedError(TALKATIVE)
            if line.endswith(b"\n"):
                return json.loads(line)
            code, said = self._child.finish()
        except child.SilentError:
            code, said = ENDED_BY_CLOCK, b""
        self._child = None
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        if not is_ready:
            raise UnloadableError(": ".join([UNLOADABLE, *last]), AGAIN)
        if code == ENDED_BY_CLOCK or said.startswith(OUT_OF_TIME):
            raise StoppedError(TIMED_OUT)
        raise StoppedError(": ".join([EXHAUSTED, *last]))


def _bytes(question: object) -> bytes:
    return json.dumps(question, sort_keys=True).encode() + b"\n"


def _digest(question: bytes) -> bytes:
    from hashlib import sha256  # noqa: PLC0415 - only to evaluate

    return sha256(question).digest()


@cache
def process() -> Process:
    """Return the one worker of this process."""
    return Process()


def _start() -> Child:
    from opspolicy.temporal import zones  # noqa: PLC0415 - only to evaluate

    site = _site()
    if site is None:
        raise UnloadableError(WITHOUT)
    data = os.path.dirname(zones.DATA)
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
    # Of the environment it gets nothing, and of this program's path one directory: what lies in the
    # repository under such a name is no package.
    command = [sys.executable, "-I", "-S", program, site, os.path.join(data, "zones")]
    environment = {"TZDIR": os.path.join(data, "zoneinfo")}
    if "SYSTEMROOT" in os.environ:
        environment["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    try:
        return child.start(command, environment)
    except OSError as error:
        message = f"no process can be started to evaluate it: {error}"
        raise UnloadableError(message) from error


def _site() -> str | None:
    """Return the directory of installed packages that CEL is in."""
    here = os.path.realpath(os.getcwd())
    for path in sys.path:
        # Nothing is imported from where this was called.
        if not path or os.path.realpath(path) == here:
            continue
        if os.path.isdir(os.path.join(path, PACKAGE)):
            return os.path.abspath(path)
    return None


def _wrong(said: str) -> Wrong:
    """Return what the parser or the type checker complains of first, and where."""
    first = said.removeprefix("INVALID_ARGUMENT: ").split("\n")[0]
    first = first.removesuffix(" [INVALID_ARGUMENT]").removeprefix("ERROR: ")
    place, _, why = first.partition(": ")
    parts = place.removeprefix("<input>:").split(":")
    if not place.startswith("<input>:") or len(parts) != 2:  # noqa: PLR2004 - line and column
        return Wrong(first)
    line, column = (int(each) for each in parts)
    return Wrong(why, line, column) if line > 0 else Wrong(why)


def _answer(said: Mapping[str, Any]) -> Answer:
    if "late" in said:
        return Answer(wrong=LATE, at=1)
    if "wrong" in said:
        return Answer(wrong=said["wrong"], at=said["at"])
    if not said.get("words"):
        # Most are, and there may be many.
        return WORDLESS[said["meant"], said.get("holds", True)]
    words = tuple((kind, value) for kind, value in said.get("words", ()))
    return Answer(meant=True, holds=False, words=words)

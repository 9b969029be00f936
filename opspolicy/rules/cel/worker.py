"""The process that CEL runs in: it reads questions, a line each, and knows nothing of opspolicy.

What it is asked comes from a pull request. CEL has nothing that opens a file or starts a process;
should it have a hole, this one gives up before it reads what the system lets it give up: on Linux
and macOS opening another file and writing one, and on Linux more than its share of memory. Nothing
takes the starting of processes from it, and on Windows it gives up nothing. The time of each
evaluation is counted everywhere: by the system, which ends the process when it is up, or where it
has no such clock by a thread. Whoever started it then knows why.
"""

from __future__ import annotations

import sys

LIMIT = 0.1
"""Seconds of processor time that one evaluation may take."""
PARSING = 1.0
"""Seconds of processor time that reading all the expressions of a policy may take."""
TOTAL = 5.0
"""Seconds of processor time that all the evaluations of a policy may take."""
MEMORY = 512 << 20
"""Bytes of addresses, its own code included."""
MOST_TEXT, MOST_SAID, MOST_WRONG = 400, 1200, 8192
"""Characters of one placeholder, of all of a message together, and of what is wrong."""
MOST_LISTED, MOST_DEPTH = 8, 2
"""Elements of a list that are said, and how many lists deep."""
CUT = "…"
NO_TEXT, NOT_FINITE = "No text for it", "Not finite"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Clock:
    """Ends this process when something takes more time than it may."""

    def __init__(self) -> None:
        """Find out what the system has for it."""
        import signal  # noqa: PLC0415 - this file is a program

        self._signal = signal if hasattr(signal, "setitimer") else None

    def start(self, seconds: float) -> None:
        """Give what follows so many seconds."""
        if self._signal is not None:
            self._signal.setitimer(self._signal.ITIMER_PROF, seconds)
            return
        import faulthandler  # noqa: PLC0415 - where there is nothing better

        # A thread of its own, which needs nothing of Python; it counts what others take as well.
        # What it writes before it ends the process begins with "Timeout".
        faulthandler.dump_traceback_later(seconds, exit=True)

    def stop(self) -> None:
        """Take it that nothing is being worked out."""
        if self._signal is not None:
            self._signal.setitimer(self._signal.ITIMER_PROF, 0)
            return
        import faulthandler  # noqa: PLC0415 - where there is nothing better

        faulthandler.cancel_dump_traceback_later()


class Words:
    """What is said for one placeholder: texts, each as far as there is room for it."""

    def __init__(self, room: int) -> None:
        """Begin with ``room`` for so many characters."""
        self.length = 0
        self._room = room

    def said(self, text: str) -> str:
        """Return a text, or its beginning."""
        left = max(self._room - self.length, 1)
        if len(text) > left:
            text = text[: left - 1] + CUT
        self.length += len(text)
        return text


class Worker:
    """Answers questions about expressions: whether they are right, and what they come to."""

    def __init__(self, zones: str) -> None:
        """Import what evaluates, and read the rules of all zones, as nothing can be read later."""
        import datetime as dt  # noqa: PLC0415 - this file is a program
        import json  # noqa: PLC0415

        from cel_expr_python import cel  # noqa: PLC0415

        self._cel, self._json = cel, json
        self._clock = Clock()
        self._utc = dt.timezone.utc  # noqa: UP017 - `UTC` is the same, and longer here
        self._epoch = dt.datetime.fromtimestamp(0, self._utc)
        self._second = dt.timedelta(seconds=1)
        self._types: dict[str, Any] = {}
        self._environments: dict[str, Any] = {}
        self._compiled: dict[tuple[str, str], Any] = {}
        self._read_zones(zones)

    def _read_zones(self, zones: str) -> None:
        if not zones:
            return
        kinds = {"at": self._cel.Type.TIMESTAMP, "zone": self._cel.Type.STRING}
        asked = self._cel.NewEnv(variables=kinds).compile("at.getHours(zone)")
        with open(zones, encoding="utf-8") as file:
            for name in file.read().split():
                asked.eval(data={"at": self._epoch, "zone": name})

    def answer(self, line: bytes, write: Callable[[object], None]) -> None:
        """Answer one question."""
        import time  # noqa: PLC0415 - this file is a program

        asked = self._json.loads(line)
        if asked["do"] == "check":
            begun = time.process_time()
            write([self._checked(asked["fields"], text) for text in asked["texts"]])
            write({"spent": time.process_time() - begun})
        else:
            self._run(asked, write)

    def _checked(self, fields: dict[str, str], text: str) -> dict[str, str]:
        """Return the type of an expression, or what is wrong with it."""
        self._clock.start(PARSING)
        try:
            made = self._compile(fields, text)
            return {"type": made.return_type().name()}
        except (RuntimeError, MemoryError) as error:
            return {"wrong": str(error)[:MOST_WRONG]}
        finally:
            self._clock.stop()

    def _compile(self, fields: dict[str, str], text: str) -> Any:  # noqa: ANN401 - C++
        key = self._json.dumps(fields, sort_keys=True)
        if (key, text) not in self._compiled:
            if key not in self._environments:
                kinds = {name: self._type(kind) for name, kind in fields.items()}
                self._environments[key] = self._cel.NewEnv(variables=kinds)
            self._compiled[key, text] = self._environments[key].compile(text)
        return self._compiled[key, text]

    def _type(self, kind: str) -> Any:  # noqa: ANN401 - C++
        if kind not in self._types:
            if kind.startswith("list("):
                made = self._cel.Type.List(self._type(kind[len("list(") : -1]))
            else:
                made = getattr(self._cel.Type, kind.upper())
            self._types[kind] = made
        return self._types[kind]

    def _run(self, asked: dict[str, Any], write: Callable[[object], None]) -> None:
        """Answer for each item, one after the other: what each expression comes to."""
        import time  # noqa: PLC0415 - this file is a program

        fields = asked["fields"]
        self._clock.start(PARSING)
        where, must, *said = [self._compile(fields, text) for text in asked["texts"]]
        self._clock.stop()
        begun = time.process_time()
        for shared, items, alike in asked["groups"]:
            common = {name: self._value(fields[name], each) for name, each in shared.items()}
            told: set[int] = set()
            for at, item in enumerate(items):
                if time.process_time() - begun > TOTAL:
                    write({"late": True})
                    write({"spent": time.process_time() - begun})
                    return
                data = common | {
                    name: self._value(fields[name], each) for name, each in item.items()
                }
                self._clock.start(LIMIT)
                number = alike[at] if alike else at
                answer = self._one(data, where, must, [] if number in told else said)
                self._clock.stop()
                if "words" in answer:
                    told.add(number)
                write(answer)
        write({"spent": time.process_time() - begun})

    def _one(self, data: dict[str, Any], where: Any, must: Any, said: list[Any]) -> dict[str, Any]:  # noqa: ANN401 - C++
        """Return whether an item is meant, whether it is as it must be, and if not what to say."""
        at = 0
        try:
            if not self._result(where, data):
                return {"meant": False}
            at = 1
            if self._result(must, data):
                return {"meant": True, "holds": True}
            words = []
            left = MOST_SAID
            for at, each in enumerate(said, 2):  # noqa: B007 - told of an error
                told = Words(min(left, MOST_TEXT))
                words.append(self._plain(self._result(each, data), told))
                left -= told.length
        except (RuntimeError, MemoryError, ValueError, TypeError, OverflowError) as error:
            return {"wrong": str(error)[:MOST_TEXT] or type(error).__name__, "at": at}
        return {"meant": True, "holds": False, "words": words}

    def _result(self, made: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401 - C++
        found = made.eval(data=data)
        if found.type().name() in {"ERROR", "UNKNOWN"}:
            raise ValueError(str(found.value()))
        return found.plain_value()

    def _value(self, kind: str, value: Any) -> Any:  # noqa: ANN401 - of any of the types
        """Return a value as CEL takes it: times come as seconds."""
        if kind == "duration":
            return value * self._second
        if kind == "timestamp":
            return self._epoch + value * self._second
        if kind.startswith("list("):
            inner = kind[len("list(") : -1]
            return [self._value(inner, each) for each in value]
        return value

    def _plain(self, value: Any, words: Words, depth: int = 0) -> list[Any]:  # noqa: ANN401 - of any of the types
        """Return what is said of a value, with its type, as JSON can hold it."""
        import math  # noqa: PLC0415 - this file is a program

        name = type(value).__name__
        if name == "timedelta":
            return ["duration", value // self._second]
        if name == "datetime":
            at = value if value.tzinfo is not None else value.replace(tzinfo=self._utc)
            return ["timestamp", (at - self._epoch) // self._second]
        if isinstance(value, list | tuple):
            if depth == MOST_DEPTH:
                return ["str", words.said(CUT)]
            shown = [self._plain(each, words, depth + 1) for each in value[:MOST_LISTED]]
            rest = len(value) - MOST_LISTED
            return ["list", [*shown, ["more", rest]] if rest > 0 else shown]
        if isinstance(value, float) and not -math.inf < value < math.inf:
            raise ValueError(NOT_FINITE)
        if value is None or isinstance(value, bool | int | float):
            return [name, value]
        if not isinstance(value, str):
            # Bytes and types have words in Python alone, which nobody has asked about.
            raise TypeError(NO_TEXT)
        return ["str", words.said(value)]


def confine() -> None:
    """Give up what evaluating needs nothing of, as far as the system has it.

    Windows has none of these limits, and macOS takes that of memory for no more than a wish.
    """
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    # What is open stays open; a zone that isn't known by now can't be looked for in files.
    limits = {"RLIMIT_NOFILE": 3, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_AS": MEMORY}
    for name, most in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        try:
            _, hard = resource.getrlimit(kind)
            if hard == resource.RLIM_INFINITY or hard > most:
                resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):
            # A system that doesn't know this one; the limits of time hold everywhere.
            continue


def main() -> None:
    """Answer until there is nothing more to answer."""
    site, zones = sys.argv[1:3]
    sys.path.append(site)
    from json import dumps  # noqa: PLC0415 - this file is a program
    from os import read, write  # noqa: PLC0415

    def tell(value: object) -> None:
        data = dumps(value).encode() + b"\n"
        while data:
            data = data[write(1, data) :]

    worker = Worker(zones)
    confine()
    tell({"ready": True})
    # Read by hand: an answer must not wait for more questions.
    left = b""
    while chunk := read(0, 1 << 16):
        left += chunk
        if not left.endswith(b"\n"):
            continue
        for line in left.splitlines():
            worker.answer(line, tell)
        left = b""


if __name__ == "__main__":
    main()

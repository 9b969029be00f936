"""What the workflow asks for, from the variables into which `action.yml` puts its inputs."""

from __future__ import annotations

import hashlib
import posixpath
import re

from action.stop import Stop
from opspolicy.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

ANNOTATIONS, SUMMARY, SARIF, HTML, COMMENT = "annotations", "summary", "sarif", "html", "comment"
REPORTS = (ANNOTATIONS, SUMMARY, SARIF, HTML, COMMENT)
"""What may be asked for besides the verdict."""

TOP = "."
BOOLEANS = {"true": True, "false": False}


class Inputs(NamedTuple):
    """What is asked for; "" is what opspolicy or the event decides.

    ``paths`` are from ``directory``, which is from the top of the workspace. ``unknown`` are
    reports that there aren't.
    """

    directory: str = TOP
    config: str = ""
    paths: tuple[str, ...] = ()
    base: str = ""
    new_only: bool = True
    fail_on: str = ""
    as_of: str = ""
    horizon: str = ""
    reports: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()

    @property
    def marker(self) -> str:
        """The line by which the comment is found again: one for each estate that is checked."""
        # However they are written, the same places are the same estate.
        places = map(posixpath.normpath, self.paths)
        config = self.config and posixpath.normpath(self.config)
        estate = (posixpath.normpath(self.directory), config, *places)
        if estate == (TOP, ""):
            return "<!-- opspolicy -->"
        # A name could end the comment that it stands in.
        digest = hashlib.sha256("\0".join(estate).encode("utf-8", "replace")).hexdigest()
        return f"<!-- opspolicy {digest[:16]} -->"


def read(environment: Mapping[str, str]) -> Inputs:
    """Return the inputs; raises Stop for one that can't be meant."""

    def given(name: str) -> str:
        return environment.get(f"INPUT_{name}", "").strip()

    new_only = BOOLEANS.get(given("NEW_ONLY").lower() or "true")
    if new_only is None:
        message = f"input `new-only` is `{given('NEW_ONLY')}`"
        raise Stop(message, "write `true` or `false`")
    words = dict.fromkeys(filter(None, re.split(r"[\s,]+", given("REPORT").lower())))
    return Inputs(
        directory=given("WORKING_DIRECTORY") or TOP,
        config=given("CONFIG"),
        paths=tuple(filter(None, map(str.strip, given("PATHS").splitlines()))),
        base=given("BASE"),
        new_only=new_only,
        fail_on=given("FAIL_ON"),
        as_of=given("AS_OF"),
        horizon=given("HORIZON"),
        reports=frozenset(words) & frozenset(REPORTS),
        unknown=tuple(word for word in words if word not in REPORTS),
    )


def arguments(inputs: Inputs, base: str, outputs: Mapping[str, str]) -> list[str]:
    """Return the arguments of `opspolicy`: what to check, and which format goes to which file.

    A value stands in the same word as its option, so that none can be taken for another option.
    Nothing is kept from one change to the next, so that none can leave anything for another.
    """
    found = ["check", "--no-cache", "--format", "text"]
    if inputs.directory != TOP:
        entered = inputs.directory
        found += ["-C", f"./{entered}" if entered.startswith("-") else entered]
    named = {
        "config": inputs.config,
        "base": base,
        "fail-on": inputs.fail_on,
        "as-of": inputs.as_of,
        "horizon": inputs.horizon,
    }
    found += [f"--{name}={value}" for name, value in named.items() if value]
    found += [f"--output={name}={path}" for name, path in outputs.items()]
    return [*found, "--", *inputs.paths] if inputs.paths else found

"""Small judged estates to tell stories of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opspolicy import judge
from opspolicy.explain import scene as scenes
from opspolicy.report import FileStatus, Report, order
from tests import worlds

if TYPE_CHECKING:
    from opspolicy.estate.estate import Estate
    from opspolicy.explain.scene import Scene
    from opspolicy.explain.story import Section, Story


def scene(
    declared: Estate | str,
    as_of: int = worlds.AS_OF,
    horizon: int = worlds.HALF_A_YEAR,
    *,
    verbose: bool = False,
) -> Scene:
    """Return the scene of an estate, or of one file's text, judged by the recommended pack."""
    estate = worlds.estate(a=declared) if isinstance(declared, str) else declared
    found = [
        *judge.from_problems(estate, estate.problems),
        *judge.judge(estate, worlds.timeline(estate, as_of, horizon), worlds.RECOMMENDED),
    ]
    files = tuple(FileStatus(each.path, "parsed") for each in estate.files)
    findings = tuple(sorted(found, key=order))
    report = Report(as_of, as_of + horizon, findings, files, estate, policies=worlds.RECOMMENDED)
    return scenes.scene(report, verbose=verbose)


def section(story: Story, name: str) -> Section:
    """Return the section of a story by its name."""
    return next(each for each in story.sections if each.name == name)


def said(story: Story, name: str) -> str:
    """Return all lines of a section, one under the other; nothing where there is none."""
    return "\n".join(
        line.text for each in story.sections if each.name == name for line in each.lines
    )

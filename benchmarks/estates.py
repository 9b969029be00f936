"""Write the estates that are measured, from a seed: the same bytes on every machine.

They look like real ones: services in layers with hard and soft dependencies and a few redundancy
groups, jobs at all hours, maintenance on Sunday nights and now and then on a date, shops that are
open by day. They are clean, because a gate is felt on the runs that pass; but for the small one, in
which much collides, to compare what is found.
"""

from __future__ import annotations

import os
import random
import subprocess
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

LAYERS = 5
GROUP_EVERY = 7
CUSTOMER_FACING_EVERY = 4
TEAMS = 12
SEED = 20270901


class Size(NamedTuple):
    """How large an estate is, over how many days it is judged, and whether anything collides."""

    name: str
    files: int
    services: int
    jobs: int
    windows: int
    days: int
    collides: bool = False


# Seventy days from the first of September reach past the end of summer time.
SMALL = Size("small", 5, 30, 60, 16, 70, collides=True)
TYPICAL = Size("typical", 50, 60, 300, 20, 90)
LARGE = Size("large", 200, 2_000, 20_000, 2_000, 365)
HUGE = Size("huge", 1_000, 2_000, 100_000, 2_000, 365)
SIZES = {size.name: size for size in (SMALL, TYPICAL, LARGE, HUGE)}


def write(size: Size, directory: Path, seed: int = SEED) -> None:
    """Write an estate below ``directory``/ops."""
    dice = random.Random(seed)
    parts: list[list[str]] = [[] for _ in range(size.files)]
    sections = {
        "services": [_service(dice, at, size.services) for at in range(size.services)],
        "jobs": [_job(dice, at, size) for at in range(size.jobs)],
        "maintenance_windows": [_window(dice, at, size) for at in range(size.windows)],
    }
    for section, entries in sections.items():
        for number, part in enumerate(parts):
            mine = entries[number :: size.files]
            if mine:
                part.append(f"{section}:\n" + "".join(mine))
    (directory / "ops").mkdir(parents=True)
    (directory / "ops" / "shared.yaml").write_text(_shared(), encoding="utf-8")
    for number, part in enumerate(parts):
        owner = f"team-{number % TEAMS}"
        head = f"defaults: {{owner: {owner}, timezone: Europe/Paris, scheduler: kubernetes}}\n"
        path = directory / "ops" / f"part-{number:04}.yaml"
        path.write_text(head + "".join(part), encoding="utf-8")


def commit_and_change(directory: Path) -> None:
    """Put an estate into a git repository of its own, and change a window in it on a branch."""
    git = ["git", "-C", str(directory), "-c", "user.name=b", "-c", "user.email=b@example.org"]
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = own | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*arguments: str) -> None:
        subprocess.run([*git, *arguments], check=True, env=environment)

    run("init", "-q", "-b", "main")
    run("add", ".")
    run("commit", "-q", "-m", "Before")
    run("checkout", "-q", "-b", "change")
    for path in sorted((directory / "ops").iterdir()):
        text = path.read_text(encoding="utf-8")
        changed = text.replace(
            "    duration: 90m\n    recovery", "    duration: 80m\n    recovery", 1
        )
        if changed != text:
            path.write_text(changed, encoding="utf-8")
            run("commit", "-q", "-a", "-m", "After")
            return
    message = f"{directory} has no window that could be changed"
    raise ValueError(message)


def _shared() -> str:
    teams = "".join(f"  team-{at}: {{contact: team-{at}@example.org}}\n" for at in range(TEAMS))
    return (
        f"teams:\n{teams}"
        "calendars:\n"
        "  shop-hours:\n"
        "    timezone: Europe/Paris\n"
        "    hours:\n"
        "      - {days: mon-sat, from: 06:00, to: 23:00}\n"
        "      - {days: sun, from: 09:00, to: 20:00}\n"
        "    exceptions:\n"
        "      - {date: 2027-12-25, closed: true}\n"
    )


def _service(dice: random.Random, at: int, total: int) -> str:
    layer = at * LAYERS // total
    below = [other for other in range(total) if other * LAYERS // total == layer + 1]
    lines = [f"  service-{at}:\n"]
    if layer == 0 and at % CUSTOMER_FACING_EVERY == 0:
        customers = dice.randrange(1, 500) * 1000
        lines.append(f"    customer_facing: true\n    customers: {customers}\n")
        lines.append("    business_hours: shop-hours\n")
    if below:
        needed = sorted(dice.sample(below, min(3, len(below))))
        if at % GROUP_EVERY == 0 and len(needed) > 2:  # noqa: PLR2004 - a group needs a choice
            members = ", ".join(f"service-{each}" for each in needed[1:])
            lines.append(
                f"    depends_on: [service-{needed[0]}, {{any_of: [{members}], at_least: 1}}]\n"
            )
        else:
            soft = f"{{service: service-{needed[-1]}, strength: soft}}"
            hard = ", ".join(f"service-{each}" for each in needed[:-1])
            lines.append(f"    depends_on: [{hard + ', ' if hard else ''}{soft}]\n")
    else:
        lines.append("    tags: [base]\n")
    return "".join(lines)


def _job(dice: random.Random, at: int, size: Size) -> str:
    minute, hour = dice.randrange(60), dice.randrange(0 if size.collides else 5, 20)
    line = dice.choice(
        [
            f"{minute} {hour} * * *",
            f"{minute} {hour} * * 1-5",
            f"{minute} {hour} {dice.randrange(1, 29)} * *",
            f"{minute % 30} 5-20 * * *",
            f"*/15 {hour} * * *",
        ]
    )
    needed = sorted({dice.randrange(size.services) for _ in range(2)})
    requires = ", ".join(f"service-{each}" for each in needed)
    text = (
        f"  job-{at}:\n"
        f'    schedule: "{line}"\n'
        f"    duration: {dice.choice([5, 10, 20, 45])}m\n"
        f"    requires: [{requires}]\n"
    )
    if at % 10 == 0:
        text += (
            f"    customers: {dice.randrange(1, 90) * 1000}\n"
            f"    induces_demand: [{{service: service-{needed[0]}, for: 2h}}]\n"
        )
    return text


def _window(dice: random.Random, at: int, size: Size) -> str:
    hit = f"service-{dice.randrange(size.services)}"
    # One team has the Sunday night: of several, any two would collide there.
    head = f"  window-{at}:\n    owner: team-0\n    takes_down: [{hit}]\n"
    # Whoever collides isn't done when the jobs begin and the shops open.
    late = dice.randrange(3, 9) if size.collides else 0
    if at % 4 == 0:
        # A Sunday night in autumn. The jobs rest until 05:00, also when the clocks go forward.
        day = dice.choice(["2027-09-12", "2027-09-19", "2027-10-03", "2027-11-07"])
        return head + f"    start: {day}T00:{dice.randrange(60):02}\n    duration: {2 + late}h\n"
    return (
        head
        + f'    schedule: {{cron: "{dice.randrange(60)} 0 * * sun"}}\n'
        + f"    duration: {dice.choice([60, 90, 120]) + 60 * late}m\n    recovery: 15m\n"
    )

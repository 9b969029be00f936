"""Crontabs: those of users, and those of the system, where a user stands before the command.

https://man7.org/linux/man-pages/man5/crontab.5.html is cronie's format, and
https://manpages.debian.org/stable/cron/crontab.5.en.html Debian's. They differ in what sets the
zone: cronie goes by the `CRON_TZ` above a line, and Debian's cron by the machine's zone alone. `TZ`
is for the commands in both, and moves no schedule.
"""

from __future__ import annotations

import re

from opspolicy.importers.crontab import file_names
from opspolicy.importers.crontab.commands import called
from opspolicy.importers.shared import comments, plain_text
from opspolicy.importers.shared.draft import Draft
from opspolicy.phrases import cut
from opspolicy.source.problem import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.source.node import Node

    Match = re.Match[str]

# cronie's env.c, load_env: a name, which may be in quotes, spaces, `=`, and the value.
SETTING = re.compile(r"""[ \t]*+("[^"=]*"|'[^'=]*'|[^\s"'=][^\s=]*+)[ \t]*+=[ \t]*+(.*)""")
# A `-` before the minute keeps cronie from logging the run (entry.c, DONT_LOG).
JOB = re.compile(r"[ \t]*+-?(@[^ \t]++|[^ \t]++(?:[ \t]++[^ \t]++){4})[ \t]++([^ \t].*)")
BEGINS = re.compile(r"[ \t]*+-?[0-9*?~@]")
"""How a job's line begins: minutes have no names."""
WORD = re.compile(r"([^ \t]++)(?:[ \t]++([^ \t].*))?")
SIXTH = re.compile(r"[0-9*][0-9*,/-]*+")
USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*+\$?")
NAMED = re.compile("[A-Za-z0-9]")
PERCENT = re.compile(r"(?<!\\)%")
ROOT = "root"
MOST_JOBS = 10_000
NAME_IT = "name it by a comment on the line above it: `# opspolicy: name=…`"
FILL_IN = "import what the template makes of it"


def read(text: str, path: str, source: Source) -> Imported:
    """Return the jobs of a crontab."""
    draft = Draft(source, path)
    lines = plain_text.lines(draft, text, "a crontab")
    _Crontab(draft, lines).read()
    imported = draft.imported()
    remarks = tuple(
        each._replace(hint=NAME_IT) if each.rule == "duplicate-name" else each
        for each in imported.remarks
    )
    return imported._replace(remarks=remarks)


class _Crontab:
    """A crontab being read: what the lines so far have set for those below."""

    def __init__(self, draft: Draft, lines: list[str]) -> None:
        self.draft, self.lines = draft, lines
        self.zone: Node | None = None
        self.keys: dict[str, Node] = {}
        self.comment: Node | None = None
        self.strange = plain_text.Strange(draft)
        self.is_crontab, self.is_refused = any(map(_may_be_job, lines)), False
        self.jobs, self.is_unread = 0, file_names.is_unread(draft.path)
        self.owner, self.has_users = _users(draft.path, lines)

    def read(self) -> None:
        """Read all lines."""
        for number, line in enumerate(self.lines, 1):
            bare = line.strip(" \t")
            if bare.startswith("#"):
                if comments.is_addressed(line):
                    self._address(number, line)
                elif comments.is_almost_addressed(line):
                    comments.tell_of_almost(self.draft, number, line)
                continue
            found = SETTING.fullmatch(line)
            if bare and found is None:
                self._line(number, line)
            elif self.comment is not None:
                self._left_over(self.comment)
            if found is not None:
                self._set(number, found)
            self.keys, self.comment = {}, None
        if self.comment is not None:
            self._left_over(self.comment)
        self.strange.close()
        if self.jobs:
            file_names.tell(self.draft)

    def _address(self, number: int, line: str) -> None:
        self.comment = self.comment or plain_text.place(self.draft, number, line)
        plain_text.gather(self.draft, self.keys, number, line)

    def _left_over(self, comment: Node) -> None:
        hint = "write it on the line above its job, with nothing but comments between"
        self.draft.leave(comment.span, "no job follows it", hint, "this comment")

    def _set(self, number: int, found: Match) -> None:
        """Take a setting, of which the zone and the delay move what follows."""
        name, value = found[1].strip("\"'"), found[2].strip()
        place = self.draft.node(value, number, found.start(2) + 1, len(value))
        if name == "CRON_TZ":
            # cron.c, maketime: an empty one is that of the machine again.
            zone = value.strip("\"'")
            self.zone = place.saying(zone) if zone else None
        elif name == "RANDOM_DELAY" and value.strip("\"'") not in {"", "0"}:
            why = f"jobs below it start up to {cut(value, 20)} minutes late, at random"
            self.draft.leave(place.span, why, "add it to their `max_duration`", "`RANDOM_DELAY`")

    def _line(self, number: int, line: str) -> None:
        """Read a line that is neither comment nor setting."""
        found = JOB.match(line)
        if plain_text.UNFILLED.search(found[1]) if found else plain_text.TEMPLATE.search(line):
            self.strange.leave(
                number, line, "it is part of a template that isn't filled in", FILL_IN
            )
        elif found and BEGINS.match(line):
            self.jobs += 1
            if self.jobs > MOST_JOBS:
                self._refuse(number, line, f"there are more than {MOST_JOBS:,} jobs", "split it")
            elif not self.is_unread:
                self._job(number, line, found)
        elif BEGINS.match(line):
            why = "a job is five fields, or a nickname such as `@daily`, and a command"
            self.strange.leave(number, line, why)
        elif self.is_crontab:
            hint = "a job begins with its minute, or with a nickname such as `@daily`"
            self.strange.leave(number, line, "it is neither a job nor a setting", hint)
        else:
            shown = f"`{cut(line.strip(), plain_text.SHOWN)}`"
            message = f"this is no crontab: {shown} is neither a job nor a setting"
            hint = "correct the source's `paths`, or leave the file out with its `exclude`"
            self._refuse(number, line, message, hint)

    def _refuse(self, number: int, line: str, message: str, hint: str) -> None:
        """Refuse the whole file, once."""
        if not self.is_refused:
            place = plain_text.place(self.draft, number, line).span
            self.draft.refuse(Problem("unreadable-file", message, place, (), hint, message))
        self.is_refused = True

    def _job(self, number: int, line: str, found: Match) -> None:
        draft, end, rest = self.draft, found.end(1), found.start(2)
        user, given = self.owner, WORD.match(line, rest)
        if given and given[2] and SIXTH.fullmatch(given[1]) and not found[1].startswith("@"):
            # A field too many, such as seconds: cron refuses it, and so does the estate.
            end, rest = given.end(1), given.start(2)
            given = WORD.match(line, rest)
        text = " ".join(line[found.start(1) : end].split())
        schedule = draft.node(text, number, found.start(1) + 1, end - found.start(1))
        if self.has_users and given:
            user = given[1]
            if not given[2] or not USER.fullmatch(user):
                self._without_user(number, line, rest, given)
                return
            rest = given.start(2)
        place = draft.node(None, number, rest + 1, len(line.rstrip()) - rest)
        name = plain_text.taken_name(self.keys, self.lines)
        name = name or called(PERCENT.split(line[rest:], 1)[0])
        what = f"job `{cut(name, plain_text.SHOWN)}`"
        if plain_text.TEMPLATE.search(name) or not NAMED.search(name):
            why = f"no name can be made of `{cut(line[rest:].strip(), plain_text.SHOWN)}`"
            draft.leave(place.span, why, NAME_IT, "this job")
        elif why_not := self._unplaced(text):
            draft.leave(schedule.span, *why_not, what)
        else:
            values = {"scheduler": "cron", "schedule": self._zoned(schedule), **self.keys}
            draft.add("jobs", place, {"name": name, "user": user}, values, what=what)

    def _without_user(self, number: int, line: str, rest: int, given: Match) -> None:
        place = self.draft.node(None, number, rest + 1, len(line.rstrip()) - rest)
        shown = f"`{cut(given[1], plain_text.SHOWN)}`"
        if USER.fullmatch(given[1]):
            why = f"there is no command behind the user {shown}"
        else:
            why = f"{shown} is no user, who is named before the command here"
        self.draft.leave(place.span, why, "write `root COMMAND`, or another user", "this job")

    def _unplaced(self, text: str) -> tuple[str, str] | None:
        """Return why a schedule can't be placed in time, and what to do; None if it can."""
        if text == "@reboot":
            return "it runs when the machine starts, and no file tells when that is", ""
        if "~" in text:
            # crontab(5), EXTENSIONS: drawn once, when cron reads the file.
            why = f"`{cut(text, plain_text.SHOWN)}` is a random time, which each machine draws"
            return why, "give a fixed time to have it judged"
        zone = "" if self.zone is None else str(self.zone.value)
        if plain_text.UNFILLED.search(zone):
            why = f"its zone, `{cut(zone, plain_text.SHOWN)}`, is filled in by a template"
            return why, FILL_IN
        return None

    def _zoned(self, schedule: Node) -> Node:
        if self.zone is None:
            return schedule
        return schedule.saying({"cron": schedule, "timezone": self.zone})


def _may_be_job(line: str) -> bool:
    bare = line.lstrip(" \t")
    return bool(BEGINS.match(line) or (bare[:1] != "#" and plain_text.TEMPLATE.search(bare)))


def _users(path: str, lines: list[str]) -> tuple[str, bool]:
    """Return whose crontab it is, as far as is known, and whether its lines name their users.

    They do in `/etc/crontab` and in `cron.d`, and don't below `/var/spool/cron`, where a file has
    its user's name. Anywhere else they do where one of them names root, and what stands in its
    place on each other line can be a user: no program is called root.
    """
    *directories, base = path.split("/")
    parent = directories[-1] if directories else ""
    if "cron.d" in directories or (parent, base) == ("etc", "crontab"):
        return "", True
    if "spool" in directories or parent in {"crontabs", "tabs"}:
        return base, False
    jobs = [found for line in lines if BEGINS.match(line) and (found := JOB.match(line))]
    sixth = [WORD.match(found[2]) for found in jobs]
    named = {each[1] for each in sixth if each and each[2]}
    is_each = all(each and each[2] and USER.fullmatch(each[1]) for each in sixth)
    return "", is_each and ROOT in named

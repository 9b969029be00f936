"""Mutants that must die: each changes one decision of the program, and a test must notice.

Each is a copy of the project with one piece of text replaced, in which a few test files are run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.shared import DATA, ROOT

if TYPE_CHECKING:
    from pathlib import Path


class Mutant(NamedTuple):
    """What is replaced by what in which file, and the tests that must fail then."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


INTERVALS = ("tests/temporal/test_intervals.py",)
ZONES = ("tests/temporal/test_zones.py",)
CRON = ("tests/temporal/test_cron.py",)
CALENDARS = ("tests/temporal/test_calendars.py",)
SCHEDULES = ("tests/oracle/test_simulation.py",)
ADJUSTMENTS = ("tests/temporal/test_adjustments.py",)
TIMELINE = ("tests/oracle/test_engine_equals_oracle.py", "tests/timeline")
CASES = ("tests/test_rule_cases.py",)
SPENT = ("tests/timeline/test_spent.py",)
APART = ("tests/repair/test_apart.py",)
WAIVERS = ("tests/test_waivers.py",)
WHAT_IF = ("tests/test_what_if.py", "tests/oracle/test_what_if.py")
GIT = ("tests/source/test_git.py", "tests/source/test_git_tree.py")
UNDERWAY = ("tests/source/test_underway.py",)
SLOTS = ("tests/repair/test_trial.py",)
EDITS = ("tests/repair/test_edits.py",)
PAIRED = ("tests/compare/test_waivers_paired.py",)
CUSTOM = ("tests/test_custom.py",)
COMPARE = ("tests/compare/test_compare.py",)
AVAILABLE = ("tests/timeline/test_availability.py",)
VENDORS = ("tests/test_vendors.py",)
OBLIGATIONS = ("tests/explain/test_stories.py",)
LANES = ("tests/planner/test_lanes.py",)
FEEDS = ("tests/feeds/test_identity.py",)
IMPACT = ("tests/graph/test_impact.py",)
SITE = ("tests/site/test_site.py",)
PAGES = ("tests/output/test_html.py",)
MUTANTS = [
    Mutant("an interval includes its end", "temporal/intervals.py",
           "return at >= 0 and instant < self._ends[at]",
           "return at >= 0 and instant <= self._ends[at]", INTERVALS),
    Mutant("touching intervals stay apart", "temporal/intervals.py",
           "latest is not None and start <= latest:", "latest is not None and start < latest:",
           INTERVALS),
    Mutant("what ends meets what starts", "temporal/intervals.py",
           "while last < size and many_starts[last] < end:",
           "while last < size and many_starts[last] <= end:", INTERVALS),
    Mutant("what ends meets what starts, by jumping", "temporal/intervals.py",
           "last = bisect_left(many_starts, end, first)",
           "last = bisect_right(many_starts, end, first)", INTERVALS),
    Mutant("runs that touch stay apart", "temporal/intervals.py",
           "if starts[at] > starts[at - 1] + length", "if starts[at] >= starts[at - 1] + length",
           INTERVALS),
    Mutant("what suffices alone goes under in the crowd", "timeline/cutsets.py",
           "singles = _shared([each.singles for each in members], needed)", "singles = 0", TIMELINE),
    Mutant("what is too much to tell is dropped", "timeline/cutsets.py",
           "rest = (everything, when) if when and everything & ~singles else None", "rest = None", TIMELINE),
    Mutant("a hand-over is an overlap", "timeline/cutsets.py",
           "for instant, is_start in ((start, True), (end, False))",
           "for instant, is_start in ((start, True), (end + 1, False))", TIMELINE),
    Mutant("the other reading of a fold", "temporal/zones.py",
           "return found[-1] if last else found[0]",
           "return found[0] if last else found[-1]", ZONES),
    Mutant("a gap ends where it begins", "temporal/zones.py",
           "if each.start + each.before <= wall < each.start + each.offset:\n                return each.start",
           "if each.start + each.before <= wall < each.start + each.offset:\n                return each.start - 60",
           ZONES),
    Mutant("day fields are always or", "temporal/cron.py",
           "return bool(by_day or by_weekday) if self.either_day else bool(by_day and by_weekday)",
           "return bool(by_day or by_weekday)", CRON),
    Mutant("day fields are always and", "temporal/cron.py",
           "return bool(by_day or by_weekday) if self.either_day else bool(by_day and by_weekday)",
           "return bool(by_day and by_weekday)", CRON),
    Mutant("seven is no Sunday", "temporal/cron_grammar.py",
           "mask = (mask | mask >> 7) & ALL_WEEKDAYS", "mask = mask & ALL_WEEKDAYS", CRON),
    Mutant("the week begins on Monday", "temporal/cron.py",
           "(weekday(day) + 1) % 7", "weekday(day)", CRON),
    Mutant("no leap days", "temporal/cron.py",
           "by_day = line.days >> day_of_month & 1",
           "by_day = line.days >> day_of_month & 1 and (month, day_of_month) != (2, 29)", CRON),
    Mutant("a star with a step is a star for Kubernetes", "temporal/cron_grammar.py",
           'part in {"*", "?", "*/1", "?/1"}', 'part[0] in "*?"', CRON),
    Mutant("cron catches up a whole day", "temporal/dialects.py",
           "catch_up=3 * HOUR,", "catch_up=30 * HOUR,", CRON),
    Mutant("a window's start is UTC", "temporal/instants.py",
           "return zone.instant(self.wall, last=last)", "return self.wall", TIMELINE),
    Mutant("hours are UTC", "temporal/calendars.py",
           "self.zone.instant(midnight + opening.start * MINUTE),",
           "midnight + opening.start * MINUTE,", CALENDARS),
    Mutant("a holiday beats an exception", "temporal/calendars.py",
           "if day in self.exceptions:", "if day in self.exceptions and not self.holiday(day):", CALENDARS),
    Mutant("recovery is no outage", "timeline/causes.py",
           "return IntervalSet([(window.start, window.end + recovery)]).touching(judged)",
           "return IntervalSet([(window.start, window.end)]).touching(judged)", TIMELINE),
    Mutant("a group needs one more", "timeline/outages.py",
           "needed = len(dependency.services) - dependency.at_least - spares + 1",
           "needed = len(dependency.services) - dependency.at_least - spares", TIMELINE),
    Mutant("a job is held against its own outage", "timeline/outages.py",
           "own = 0 if at is None else 1 << at", "own = 0", TIMELINE),
    Mutant("soft dependencies are hard", "timeline/outages.py",
           "            self._inherited(HARD),", "            self._inherited(),", TIMELINE),
    Mutant("soft dependencies are hard for a moment", "timeline/outages.py",
           "spread(self._order, direct, self._inherited(HARD), self._failing_groups(0))",
           "spread(self._order, direct, self._inherited(), self._failing_groups(0))", TIMELINE),
    Mutant("a group outlives one member more", "timeline/spread.py",
           "k_of_n(down, group.needed)", "k_of_n(down, group.needed + 1)", TIMELINE),
    Mutant("a cycle is gone through once", "timeline/spread.py",
           "growing = again", "growing = False", TIMELINE),
    Mutant("what was tampered with is believed", "source/memory.py",
           "if line is None or line[DIGITS : 2 * DIGITS] != _check(key, line[2 * DIGITS :]):",
           "if line is None:", ("tests/source/test_memory.py",)),
    Mutant("a wrong file is kept", "estate/estate.py",
           "and builder.mistakes == mistakes", "and True", ("tests/source/test_memory.py",)),
    Mutant("maintenance hours don't count", "timeline/timeline.py",
           "return open_hours - self.estate.maintenance_hours(service).during(open_hours)",
           "return open_hours", TIMELINE),
    Mutant("an exception is no exception", "temporal/adjustments.py",
           "and due // DAY not in adjustment.days", "and due", SCHEDULES),
    Mutant("runs start in hours that forbid it", "temporal/adjustments.py",
           "            and instant not in closing\n", "", SCHEDULES),
    Mutant("a moved run needn't have been due", "temporal/adjustments.py",
           "if instant not in closing and bounds.holds(wall, instant)",
           "if instant not in closing", ADJUSTMENTS),
    Mutant("previous is next", "temporal/adjustments.py",
           '{"next": 1, "previous": -1}', '{"next": 1, "previous": 1}', ADJUSTMENTS),
    Mutant("what is skipped runs", "temporal/adjustments.py",
           "for other in others if self.is_business_day(other)), None)",
           "for other in others if self.is_business_day(other)), day)", ADJUSTMENTS),
    Mutant("bounds judge where a run has moved", "temporal/schedules.py",
           "self._kept = EVER", "self._kept = self.bounds", SCHEDULES),
    Mutant("nothing moves in from outside the stretch", "temporal/adjustments.py",
           "for source in self._sources(day)[1:]:", "for source in []:", SCHEDULES),
    Mutant("a date that moves keeps its instant", "temporal/schedules.py",
           "instant, reading = zone.instant(moved), moved", "reading = moved", SCHEDULES),
    Mutant("a calendar without hours has no business days", "temporal/calendars.py",
           "if day not in self.exceptions and not any(self.weekly):", "if False:", SCHEDULES),
    Mutant("a job makes good for a gap whoever runs it", "temporal/recurrence.py",
           'self.dialect.at_gap == "gap_end" and segment.start >= start',
           "segment.start >= start", SCHEDULES),
    Mutant("nobody makes good for a gap", "temporal/recurrence.py",
           "found.append(segment.start)", "found += []", SCHEDULES),
    Mutant("what is repeated runs twice", "temporal/recurrence.py",
           "low = max(low, segment.start - shift)", "low = max(low, segment.start)", SCHEDULES),
    Mutant("Airflow takes the first of two readings", "temporal/airflow.py",
           "stop = min(end, segment.end - repeated)", "stop = min(end, segment.end)", SCHEDULES),
    Mutant("Airflow loses what a gap skips", "temporal/airflow.py",
           "skipped = line.walls(begins - shift, begins)[:1] if shift > 0 else []", "skipped = []", SCHEDULES),
    Mutant("Airflow counts on by the clock", "temporal/airflow.py",
           "instant = last + due - read\n", "instant = zone.instant(due)\n", ("tests/oracle/test_dialects_equal_engine.py",)),
    Mutant("elapsed time follows the clock", "temporal/every.py",
           "found = self.walls(start, end)\n",
           "found = [zone.instant(at) for at in self.walls(zone.wall(start), zone.wall(end))]\n", SCHEDULES),
    Mutant("COUNT leaves out the last one", "temporal/rrule/rule.py",
           "return found[left - 1] + 1", "return found[left - 1]", SCHEDULES),
    Mutant("UNTIL leaves out the last one", "temporal/rrule/parts.py",
           "return max(wall + segment.offset + 1,", "return max(wall + segment.offset,", SCHEDULES),
    Mutant("an expression's zone is the schedule's", "estate/scheduling.py",
           "self.zone = zones.zone(named.pop())", "named.pop()", SCHEDULES),
    Mutant("nothing starts late", "estate/scheduling.py",
           "delay = sum(filter(None, late))", "delay = 0", SCHEDULES),
    Mutant("who comes late stays no longer", "estate/declarations.py",
           "return self.late, self.late + self.delay + demand.lasting", "return self.late, self.late + demand.lasting", SCHEDULES),
    Mutant("what is assumed to be late takes down on time", "timeline/causes.py",
           "[at + late for start, end in began", "[at for start, end in began", WHAT_IF),
    Mutant("what is assumed to be late runs on time", "timeline/runs.py",
           "[(at + job.late, at + length) for at in starts]", "[(at, at + length) for at in starts]", WHAT_IF),
    Mutant("what is assumed to take longer doesn't", "estate/assumptions.py",
           "end = window.end + given.seconds", "end = window.end", WHAT_IF),
    Mutant("what is assumed is judged as a plan", "examine.py",
           "if each.rule not in ABOUT_PLANS or not", "if True or not", WHAT_IF),
    Mutant("slots are looked for in what is assumed", "app.py",
           "if request.slots and not request.what_if:", "if request.slots:", WHAT_IF),
    Mutant("what starts late gets in its own way", "rules/overlapping_runs.py",
           "length = entity.slow_day if isinstance(entity, Job) else entity.duration",
           "length = entity.slow_day if isinstance(entity, Job) else (entity.duration or 0) + schedule.delay if (schedule := entity.schedule) else None", SCHEDULES),
    Mutant("a rule that raises is silent", "judge.py",
           'findings.append(failure(estate, f"the rule `{rule.slug}`", error))',
           "str(error)", ("tests/test_judge.py",)),
    Mutant("an unreadable file is an empty one", "source/files.py",
           "return SourceFile(path, found.text, (found.problem,))",
           "return SourceFile(path, found.text)", ("tests/test_fail_closed.py", "tests/test_command_line.py")),
    Mutant("incomplete is complete", "report.py",
           "return not self.nothing_matched and not any(finding.incomplete for finding in self.findings)",
           "return True", ("tests/test_judge.py",)),
    Mutant("unknown holidays are none", "temporal/holidays.py",
           "if not known.start_year <= year <= known.end_year or not found:",
           "if False:", CALENDARS),
    Mutant("a calendar that can't be read is closed", "estate/estate.py",
           "return self.hours(service.business_hours) or ALWAYS",
           "return self.hours(service.business_hours) or NEVER",
           ("tests/test_rule_cases.py", "tests/estate")),
    Mutant("what starts late once has had a before", "rules/drift.py",
           "if not meeting.recurs() or", "if", CASES),
    Mutant("any change of the clocks is a reason", "rules/drift.py",
           "if self.meet(around, unchanged):", "if not around:", CASES),
    Mutant("what never met before was clear", "rules/drift.py",
           "if self.collided_before(before, changed, shift):", "if before:", CASES),
    Mutant("any unusual day is a reason", "rules/drift.py",
           "if not self.meet(self.occurrence, UsualDays(hours, some)):", "if some:", CASES),
    Mutant("a waiver holds a day longer", "policy/waivers.py",
           "instant((expires + 1) * DAY)", "instant((expires + 2) * DAY)", WAIVERS),
    Mutant("a waiver ends in UTC", "policy/waivers.py",
           "zones.zone(zone).instant((expires + 1) * DAY)", "(expires + 1) * DAY", WAIVERS),
    Mutant("a waiver covers what starts as it ends", "policy/waivers.py",
           "covered = bisect_left(starts, end)", "covered = bisect_left(starts, end + 1)", WAIVERS),
    Mutant("a waiver needs nobody's approval", "policy/waivers.py",
           "each for each in finding.owners if each not in grant.approved_by",
           "each for each in finding.owners[:0]", WAIVERS),
    Mutant("a waiver is on any of its parties", "policy/waivers.py",
           "if on <= self._parties[at]]", "if on & self._parties[at]]", CASES),
    Mutant("an acceptance never lapses", "policy/waivers.py",
           "fitting = [at for at in about if self._is_accepted(grant, at)]", "fitting = about", WAIVERS),
    Mutant("what is unknown can be waived", "policy/waivers.py",
           "if rule.incomplete:", "if False:", WAIVERS),
    Mutant("what is locked can be waived", "policy/waivers.py",
           "_locked(holds) if holds is not None and holds.locked", "_locked(holds) if holds is not None and False", CASES),
    Mutant("errors can be ignored", "policy/waivers.py",
           "if finding.severity not in {WARNING, INFO}:", "if False:", CASES),
    Mutant("some of it is all of it", "waiving.py",
           "if match.outcome == WHOLLY:", "if match:", CASES),
    Mutant("as long as permitted is too long", "rules/outage_too_long.py",
           "if end - start > limit.seconds]", "if end - start >= limit.seconds]", CASES),
    Mutant("an outage begins when it is judged", "rules/outage_too_long.py",
           "or any(start <= edge <= end", "or any(start < edge < start", CASES),
    Mutant("all that a budget has is too much", "rules/downtime_budget_exceeded.py",
           "if period.seconds > budget.most}", "if period.seconds >= budget.most}", CASES),
    Mutant("what is over costs no budget", "rules/downtime_budget_exceeded.py",
           "return judged if differs else around", "return judged", CASES),
    Mutant("a period is a second longer", "timeline/spent.py",
           "yield self.within(end - lasts, end)", "yield self.within(end - lasts - 1, end)", CASES),
    Mutant("a period ends when its last outage begins", "timeline/spent.py",
           "for _, end in outages:", "for end, _ in outages:", SPENT),
    Mutant("an outage that goes on counts whole", "timeline/spent.py",
           "- max(self._ends[begun - 1] - instant, 0)", "", SPENT),
    Mutant("one cause less is a new finding", "report.py",
           "if before is not None or finding.limit not in OF_ALL_CAUSES:", "if True:", COMPARE),
    Mutant("another cause is no new finding", "report.py",
           "if not {*finding.causes} - {*each.causes} and finding.causes", "if finding.causes", COMPARE),
    Mutant("what was to be kept apart may meet for less", "repair/apart.py",
           "and {*each.causes} in sets and each.waived_by is None", "and each in targets", APART),
    Mutant("what is waived fails the check", "report.py",
           "return [each for each in self.findings if each.waived_by is None]",
           "return [*self.findings]", WAIVERS),
    Mutant("a text is a comment", "source/directives.py",
           "if inside < 0 or (number, at) >= ends[inside]:", "if True:", ("tests/source/test_directives.py",)),
    Mutant("half a waiver is a waiver", "estate/building.py",
           "if expires is None or not is_right:", "if expires is None:", WAIVERS),
    Mutant("what was masked was clear", "rules/drift.py",
           "or meeting.is_masked():", "or False:", CASES),
    Mutant("a freeze that has begun is over", "timeline/freezes.py",
           "reach = when.grown(length - 1, 0)", "reach = when", TIMELINE),
    Mutant("one change that is allowed excuses the others", "rules/outage_in_freeze.py",
           "allowed = all(", "allowed = any(", (*CASES, "tests/oracle/test_engine_equals_oracle.py")),
    Mutant("what somebody needs may be permitted all the same", "rules/drift.py",
           "ALWAYS if at_any_time else world", "world", CASES),
    Mutant("maintenance hours that can't be read are open", "estate/estate.py",
           "return self.hours(service.maintenance_hours) or NEVER",
           "return self.hours(service.maintenance_hours) or ALWAYS", CASES),
    Mutant("notice a second too late is in time", "rules/telling.py",
           "_delay(told, start) > -lead", "_delay(told, start) > 1 - lead", CASES),
    Mutant("who hears just in time hears too late", "rules/telling.py",
           "_delay(told, start) > -lead", "_delay(told, start) >= -lead", CASES),
    Mutant("what was due before the change was sent", "rules/telling.py",
           "bisect_left(self._times, self._as_of - start) if is_new else 0", "0",
           ("tests/test_before.py",)),
    Mutant("of a crowd nobody has to tell", "rules/telling.py",
           "union(self.teller(ref).late(lead, is_new) for ref in causes)", "IntervalSet()", CASES),
    Mutant("a standard change is permitted anywhere", "rules/missing_approval.py",
           "if not party.is_standard:\n        return False", "if True:\n        return party.is_standard",
           CASES),
    Mutant("a commit's link may lead anywhere", "source/git_tree.py",
           "return names[: len(self._real)] == self._real", "return True", GIT),
    Mutant("replaced objects are believed", "source/git.py", '"--no-replace-objects",', "", GIT),
    Mutant("grafts are believed", "source/git.py", '"GIT_GRAFT_FILE": os.devnull,', "", GIT),
    Mutant("a hook's variables say which repository it is", "source/git.py",
           'if not name.startswith("GIT_") or name.startswith(kept)', "", GIT),
    Mutant("git is run from where one is", "source/git.py",
           "if os.path.isabs(directory) and os.path.isfile(program)",
           "if os.path.isfile(program)", GIT),
    Mutant("names in a commit may lead out", "source/git_files.py",
           'or "/" in name or name in {"", os.curdir, os.pardir}', "", GIT),
    Mutant("a submodule is an empty directory", "source/git_files.py",
           "return {GIT.name: GIT}", "return {}", GIT),
    Mutant("a directory can be counted again and again", "source/git_tree.py",
           "self._listed += len(entries)", "self._listed = len(entries)", GIT),
    Mutant("what is moved may hurt others", "repair/trial.py",
           "return not (self.left or self.added)", "return not self.left", SLOTS),
    Mutant("what a move was for may stay", "repair/trial.py",
           "return not (self.left or self.added)", "return not self.added", SLOTS),
    Mutant("what is there may grow", "repair/trial.py",
           "return finding.occurrences.total() > before.occurrences.total()", "return False", SLOTS),
    Mutant("a moved window was told of in the past", "repair/trial.py",
           "self.policies, before=self.timeline)", "self.policies)", SLOTS),
    Mutant("what is movable goes anywhere", "repair/suggest.py",
           "return self.hours is None or not when - self.hours.during(when)", "return True", SLOTS),
    Mutant("what must be over by a day may last longer", "repair/suggest.py",
           "and when.end > self.last:", "and when.start > self.last:", SLOTS),
    Mutant("an occurrence taken aside stays in its series", "repair/aside.py",
           "edits = [self._added(name, entry), *self._except()]", "edits = [self._added(name, entry)]", EDITS),
    Mutant("what is taken aside forgets its zone", "repair/aside.py",
           'if key != "timezone" or not own or not isinstance(self.entity, Window):', "if True:", EDITS),
    Mutant("an exception drops all runs of its day", "repair/aside.py",
           "and self.schedule.starts(*day) == [self.start]", "", EDITS),
    Mutant("an edit says what it says", "repair/edits.py",
           "if made.problems or [document.plain() for document in made.documents] != wanted:",
           "if made.problems:", EDITS),
    Mutant("what has changed meanwhile is overwritten", "repair/edits.py",
           "if read_file(root, before.path).text != before.text:", "if False:", EDITS),
    Mutant("a date goes where it is moved on", "repair/moves.py",
           "if any(new.starts(at, at + 1) != [at] for at in found):", "if False:", EDITS),
    Mutant("a line goes over the end of its month", "repair/lines.py",
           "if min(moved) < 1 or max(moved) > SHORTEST_MONTH:", "if min(moved) < 1:",
           ("tests/repair/test_lines.py",)),
    Mutant("a calendar that others keep to stays as it was", "estate/estate.py",
           "if self._is_felt_elsewhere(made, path):", "if False:", ("tests/estate/test_reread.py",)),
    Mutant("worse is unchanged", "report.py",
           "no_more and not other.occurrences - self.occurrences", "no_more", COMPARE),
    Mutant("a later notice is unchanged", "report.py",
           "return milder and no_more and", "return milder and", COMPARE),
    Mutant("another outage's notice excuses a later one", "report.py",
           "if at >= 0 and start in self.occurrences else None", "if at >= 0 else None", COMPARE),
    Mutant("an outage that starts later is told of anew", "report.py",
           "at = bisect_right(starts, start) - 1", "at = starts.index(start)", COMPARE),
    Mutant("a tightened waiver is an extended one", "compare/extended.py",
           "if not covers(each))", ")", PAIRED),
    Mutant("too many waivers are told of no more", "compare/extended.py",
           "if much(now) > much(was)", "if False", PAIRED),
    Mutant("a move may leave customers less notice", "repair/trial.py",
           "if is_more(worst(finding.measure), worst(before.measure)):", "if False:", SLOTS),
    Mutant("severer is unchanged", "report.py",
           "return milder and no_more", "return no_more", COMPARE),
    Mutant("a broken base has a verdict", "compare/standing.py",
           "if any(each.incomplete for each in base):", "if False:", COMPARE),
    Mutant("a group of a renamed member is another", "compare/standing.py",
           "if finding.rule != REDUNDANCY:", "if True:", COMPARE),
    Mutant("whatever goes and comes is renamed", "compare/matching.py",
           "ALIKE = 0.5", "ALIKE = 0.0", COMPARE),
    Mutant("a shorter horizon is as strict", "compare/gate.py",
           "Strict(max(base.horizon, head.horizon),", "Strict(min(base.horizon, head.horizon),", COMPARE),
    Mutant("a waiver may be extended", "compare/extended.py",
           "if after.expires > before.expires:", "if False:", COMPARE),
    Mutant("an outage that ends is one that begins", "compare/changes.py",
           "gained, lost = now - was, was - now", "gained, lost = was - now, now - was", COMPARE),
    Mutant("who gains an outage isn't asked", "compare/changes.py",
           "if each.gained and owner is not None:", "if False:", COMPARE),
    Mutant("a conflict is combined", "compare/combined.py",
           "if not (alike(now, old) or alike(now, new)):", "if False:", COMPARE),
    Mutant("what a base waived excuses what is active", "against.py",
           "or standing.under_new_names(each, names).fingerprint not in active", "or True",
           ("tests/compare/test_against_git.py",)),
    Mutant("what a link leads to can't matter", "source/unrelated.py",
           "moves or path.lower().endswith(ends)", "moves", UNDERWAY),
    Mutant("a link leads to no directory", "source/unrelated.py",
           "moves or path.lower()", "path.lower()", UNDERWAY),
    Mutant("a change of nothing is unrelated", "source/unrelated.py",
           "bool(changes.files)", "True", UNDERWAY),
    Mutant("what a hook was started for is anybody's guess", "source/underway.py",
           "if found.staged is None or found.is_push:", "if found.staged is None:", UNDERWAY),
    Mutant("an outage touches the day that begins with its end", "rules/cel/fields.py",
           "place.wall(end - 1) // DAY", "place.wall(end) // DAY", CASES),
    Mutant("what is neither true nor false is a condition", "policy/assertions.py",
           'elif is_condition and found != "BOOL":', 'elif is_condition and found == "ERROR":',
           CUSTOM),
    Mutant("what can't be decided holds", "rules/custom.py",
           "unknown.append((subject.entity.ref, answer))", "pass", CUSTOM),
    Mutant("what takes too long holds", "rules/cel/process.py",
           "yield Answer(wrong=str(error), at=1)", "yield Answer()", CUSTOM),
    Mutant("what evaluates may open files", "rules/cel/worker.py",
           '"RLIMIT_NOFILE": 3', '"RLIMIT_NOFILE": 300', CUSTOM),
    Mutant("evaluating takes as long as it takes", "rules/cel/worker.py",
           "self._clock.start(LIMIT)", "self._clock.stop()", CUSTOM),
    Mutant("what isn't declared is nothing", "rules/cel/fields.py",
           "elif not field.optional:", "else:", CUSTOM),
    Mutant("what a rule of one's own demands is no gate", "compare/gate.py",
           "_demands(after) != _demands(before)", "_demands(after) is None", COMPARE),
    Mutant("a waiver that is extended is no weakening", "against.py",
           "*extended.extended(old.estate, new.estate)]", "]", ("tests/compare/test_against_git.py",)),
    Mutant("a share is rounded to the nearest", "timeline/availability.py",
           "return WHOLE * (self.seconds - self.down) // self.seconds",
           "return round(WHOLE * (self.seconds - self.down) / self.seconds)", AVAILABLE),
    Mutant("months begin in UTC", "timeline/availability.py",
           "return zone.instant((date(year, number, 1).toordinal() - EPOCH_ORDINAL) * DAY)",
           "return (date(year, number, 1).toordinal() - EPOCH_ORDINAL) * DAY", AVAILABLE),
    Mutant("a misspelt name takes nothing down", "timeline/unknown.py",
           "everybody.add(reference.by)", "pass", AVAILABLE),
    Mutant("what a vendor runs is down while somebody answers", "rules/vendor_support_gap.py",
           "down - vendors.answers(world.estate, vendor).during(down)",
           "vendors.answers(world.estate, vendor).during(down)", VENDORS),
    Mutant("two hours are too late", "rules/vendor_obligation_missing.py",
           "vendor.escalation <= MOST", "vendor.escalation < MOST", CASES),
    Mutant("a notice to the day is too short", "rules/vendor_notice_short.py",
           "if self.before(start) < self.days]", "if self.before(start) <= self.days]", CASES),
    Mutant("what nobody announced is fine", "rules/vendor_notice_short.py",
           "return -UNANNOUNCED // DAY", "return self.days", CASES),
    Mutant("one obligation for another is no worse", "report.py",
           "return any(is_more(much, points.get(point)) for point, much in measure)",
           "return len(measure) > len(own)", VENDORS),
    Mutant("hours that aren't known are support", "explain/obligations.py",
           "if vendor.support_hours in unknown.calendars:", "if False:", OBLIGATIONS),
    Mutant("a freeze makes a day of everybody's", "planner/lanes.py",
           "idle = {drawing.HOURS, drawing.RUN, drawing.FREEZE}",
           "idle = {drawing.HOURS, drawing.RUN}", LANES),
    Mutant("what a service does to itself is drawn as others' doing", "planner/lanes.py",
           "drawing.INHERITED, down - own)", "drawing.INHERITED, down)", LANES),
    Mutant("an event that happens once is known by its date", "feeds/occurrences.py",
           'once = Occurrence(entity.ref, "", entity.start,',
           "once = Occurrence(entity.ref, str(entity.start), entity.start,", FEEDS),
    Mutant("a run is known by when it is looked at", "feeds/events.py",
           "yield self._event(RUN, (each.key,), summary,",
           "yield self._event(RUN, (each.key, str(self.planner.start)), summary,", FEEDS),
    Mutant("one spare is none", "timeline/paths.py",
           "(1 if down is not None and dependency.at_least < size else 0)", "0", IMPACT),
    Mutant("what others have written is written over", "site/writing.py",
           "    if foreign:\n", "    if False:\n", SITE),
    Mutant("a name ends the script it stands in", "output/page/frame.py",
           'for each in "&<>#":', 'for each in "&>#":', PAGES),
]  # fmt: skip


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_mutant_fits_the_program(mutant: Mutant) -> None:
    """So that a change that moves what a mutant changes is noticed at once."""
    text = (ROOT / "opspolicy" / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1


@pytest.mark.prove
@pytest.mark.parametrize("tests", sorted({path for each in MUTANTS for path in each.tests}))
def test_without_a_mutant_nothing_fails(tests: str, tmp_path: Path) -> None:
    """Or a test that fails in any copy would seem to kill every mutant."""
    done = run_in_copy((tests,), tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.prove
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda each: each.name)
def test_mutant_dies(mutant: Mutant, tmp_path: Path) -> None:
    done = run_in_copy(mutant.tests, tmp_path, mutant)
    # 1 is "some tests failed"; anything else is a mutant that doesn't even run.
    assert done.returncode == 1, done.stdout[-2000:]


def run_in_copy(
    tests: tuple[str, ...], directory: Path, mutant: Mutant | None = None
) -> subprocess.CompletedProcess[str]:
    """Run some tests in a copy of the project, with what ``mutant`` changes changed."""
    copied = (
        "opspolicy",
        "tests",
        "benchmarks",
        "examples",
        "policies",
        "schemas",
        "docs",
        "tools",
    )
    for name in copied:
        shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (*ROOT.glob("*.md"), ROOT / "pyproject.toml"):
        shutil.copy(path, directory)
    if mutant is not None:
        target = directory / "opspolicy" / mutant.file
        text = target.read_text(encoding="utf-8")
        target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"),
            "--hypothesis-profile=as found",
            *tests,
        ],
        cwd=directory,
        env={
            **os.environ,
            "PYTHONPATH": str(directory),
            "OPSPOLICY_SHARED": str(DATA.parent),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )

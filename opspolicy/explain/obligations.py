"""The seven things to expect of a vendor, held against what is declared and what is planned."""

from __future__ import annotations

from opspolicy.explain import telling
from opspolicy.explain.story import Line, Mark
from opspolicy.phrases import count, some
from opspolicy.picture import projected
from opspolicy.rules import vendors
from opspolicy.rules.base import World
from opspolicy.rules.vendor_notice_short import notices
from opspolicy.rules.vendor_obligation_missing import MOST, is_fast
from opspolicy.rules.wording import full, name, people, words
from opspolicy.temporal.intervals import NOTHING, IntervalSet, union
from opspolicy.timeline.availability import Share
from opspolicy.timeline.causes import Cause
from opspolicy.timeline.paths import failing
from opspolicy.timeline.unknown import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from opspolicy.estate.declarations import Vendor, Window
    from opspolicy.explain.scene import Scene
    from opspolicy.source.span import Span

MET, PARTLY, OPEN = "met", "partly", "open"
SCORES = (MET, PARTLY, OPEN)
MOST_NAMED = 3
AHEAD = (
    ("prevention_review", "prevention is reviewed every {}",
     "how often is prevention reviewed?", "obligations"),
    ("drill", "a failure is rehearsed every {}",
     "how often is a failure rehearsed?", "obligations"),
    ("maintenance_notice", "maintenance is announced {} before",
     "how long before its maintenance does it tell us?", ""),
)  # fmt: skip
"""By key, what shows that a vendor gets ahead, what to ask without it, and where the key stands."""


def marks(scene: Scene, vendor: Vendor) -> tuple[Mark, ...]:
    """Return how far a vendor keeps each of its seven obligations, as the manifesto lists them."""
    record = _Record(scene, vendor)
    return (
        record.business(),
        record.consistency(),
        record.guidance(),
        record.diagnosis(),
        record.speed(),
        record.proof(),
        record.prevention(),
    )


def total(found: Sequence[Mark]) -> str:
    """Return `3 of 7 met, 2 partly, 2 open`."""
    scores = [each.score for each in found]
    met, partly, left = (scores.count(each) for each in SCORES)
    return f"{met} of {len(scores)} obligations met, {partly} partly, {left} open"


def lines(found: Sequence[Mark], *, verbose: bool) -> Iterator[Line]:
    """Yield a line an obligation with its evidence, and what is to be asked of those not met."""
    for number, mark in enumerate(found, 1):
        first, *others = [*mark.evidence, Line("")][:1] + list(mark.evidence[1:])
        said = f": {first.text}" if first.text else ""
        yield Line(f"{number}. {mark.obligation}, {mark.score}{said}", first.place)
        yield from (each._replace(depth=1) for each in others)
        for question in mark.questions if verbose or mark.score != MET else ():
            yield Line(f"ask: {question}", depth=1)


class _Record:
    """What is declared of a vendor, and what is planned on what it runs."""

    def __init__(self, scene: Scene, vendor: Vendor) -> None:
        estate, timeline = scene.estate, scene.timeline
        self.scene, self.vendor = scene, vendor
        self.run = vendors.services(estate)[vendor.name]
        self.changed = vendors.changes(estate).get(vendor.name, [])
        self.zone = estate.zone_of(vendor.ref)
        self.answers = estate.hours(vendor.support_hours) if vendor.support_hours else None
        names = tuple(each.name for each in self.run)
        down = failing(estate.graph, [Cause(vendor.ref, names, (), NOTHING)]).down
        self.met_by = [
            each
            for _, each in sorted(estate.services.items())
            if each.customer_facing and each.name in down
        ]
        lost = [f"file/{each.path}" for each in scene.report.files if each.status == "failed"]
        unknown = Unknown(timeline, lost)
        self.untimed = sorted(
            {ref for each in names for ref in unknown.outages(each)}
            | {
                each.ref
                for each in (*self.changed, *vendors.windows(estate)[vendor.name])
                if each.start is None and (each.schedule is None or each.duration is None)
            }
        )
        self.unread = sorted({ref for each in self.met_by for ref in unknown.hours(each)})
        if vendor.support_hours in unknown.calendars:
            self.answers = None

    def business(self) -> Mark:
        """Support the customer's business, not only the system."""
        horizon = self.scene.timeline.horizon
        when = IntervalSet([(horizon.as_of, horizon.until)])
        needed = union(self.scene.estate.business_hours(each).during(when) for each in self.met_by)
        evidence: list[Line] = []
        score = OPEN
        gap = needed
        if self.answers is not None and needed:
            gap = needed - self.answers.during(needed)
            share = Share(needed.total(), gap.total())
            known = not self.unread
            said = projected.percent(share.hundredths, is_known=known)
            what = f"the business hours of {self._facing()}"
            evidence.append(
                Line(f"it answers in {said} of {what}", self._place("support", "hours"))
            )
            score = PARTLY if gap or not known else MET
            if gap == needed:
                score = OPEN
        elif not needed:
            evidence.append(Line("customers meet nothing that goes down with what it runs"))
        if self.met_by:
            told = (each.customers for each in self.met_by if each.customers is not None)
            most = max(told, default=None)
            evidence.append(Line(f"{people(most)} meet what it runs, in {self._facing()}"))
        ask = [f"does it know what an hour without {self._runs()} costs us?"]
        if gap:
            first = telling.span(*next(iter(gap)), self.zone)
            ask.insert(0, f"who answers when customers need {self._facing()}, first {first}?")
        return Mark("support our business", score, tuple(evidence), tuple(ask))

    def consistency(self) -> Mark:
        """Deliver consistently, whoever is on duty."""
        vendor, timeline = self.vendor, self.scene.timeline
        done = vendors.done(timeline, self.run, self.changed)
        evidence: list[Line] = []
        ask = ["who takes over when those who know us are off duty?"]
        alone = done
        if self.answers is not None and done:
            alone = done - self.answers.during(done)
            held = "the planned outages and changes of what it runs"
            text = f"it answers during all of {held}, {words(done.total())}"
            if alone:
                text = (
                    f"for {words(alone.total())} of {words(done.total())} of {held} nobody there"
                    " answers"
                )
            evidence.append(Line(text, self._place("support", "hours")))
        elif self.answers is None:
            evidence.append(self._unanswered())
        else:
            evidence.append(Line("nothing is planned that its support hours could be held against"))
        if alone:
            first = telling.span(*next(iter(alone)), self.zone)
            ask.insert(0, f"who answers {first}?")
        if vendor.contact:
            evidence.append(Line(f"contact: {vendor.contact}", self._place("contact")))
        else:
            ask.insert(0, "whom do we call?")
        if self.untimed:
            evidence.append(Line(f"not known is when {self._untimed()}"))
        covered = self.answers is not None and bool(done) and not alone and not self.untimed
        if covered and vendor.contact:
            score = MET
        else:
            score = PARTLY if vendor.contact or self.answers is not None else OPEN
        return Mark("deliver consistently", score, tuple(evidence), tuple(ask))

    def guidance(self) -> Mark:
        """Guide the customer: what is asked, why, and what happens next."""
        guide = self.vendor.guide
        if guide:
            evidence = Line(f"its guide is {guide}", self._place("support", "guide"))
            ask = "does it say what is asked, why, and what happens next, and have we followed it?"
            return Mark("guide us", MET, (evidence,), (ask,))
        ask = "where does it say what it asks for, why, and what happens next?"
        return Mark("guide us", OPEN, (), (ask,))

    def diagnosis(self) -> Mark:
        """Troubleshoot incisively, by a shared protocol with a standard set of information."""
        what, protocol = "troubleshoot incisively", self.vendor.diagnostic_protocol
        if protocol:
            place = self._place("obligations", "diagnostic_protocol")
            evidence = Line(f"its diagnostic protocol is {protocol}", place)
            ask = "who here gathers the standard information, and how long does that take?"
            return Mark(what, MET, (evidence,), (ask,))
        ask = "which standard set of information does it need with a problem, and who gathers it?"
        return Mark(what, OPEN, (), (ask,))

    def speed(self) -> Mark:
        """Be fast: critical problems older than two hours go to the most experienced engineers."""
        vendor = self.vendor
        if vendor.escalation is None:
            ask = "after how long do its most experienced engineers take over a critical problem?"
            return Mark("be fast", OPEN, (), (ask,))
        after = words(vendor.escalation) if vendor.escalation else "at once"
        said = f"a critical problem is escalated {'after ' * bool(vendor.escalation)}{after}"
        evidence = (Line(said, self._place("support", "escalation")),)
        if is_fast(vendor):
            return Mark("be fast", MET, evidence, ("how long did it take the last time?",))
        ask = f"can its most experienced engineers take over within {words(MOST)}?"
        return Mark("be fast", PARTLY, evidence, (ask,))

    def proof(self) -> Mark:
        """Prove it: the root cause, how it was proven, and what prevents a repeat."""
        term = self.vendor.root_cause_report
        if term is None:
            ask = "when does it tell the cause, how that was proven, and what prevents a repeat?"
            return Mark("prove it", OPEN, (), (ask,))
        place = self._place("obligations", "root_cause_report")
        evidence = Line(f"a root-cause report is due within {words(term)}", place)
        ask = "did the last one say how the cause was proven, and what prevents a repeat?"
        return Mark("prove it", MET, (evidence,), (ask,))

    def prevention(self) -> Mark:
        """Get ahead: prevention beats reaction, and a change is announced with what it risks."""
        vendor = self.vendor
        evidence: list[Line] = []
        ask: list[str] = []
        for key, said, question, above in AHEAD:
            term = getattr(vendor, key)
            if term is None:
                ask.append(question)
            else:
                place = self._place(*filter(None, (above, key)))
                evidence.append(Line(said.format(words(term)), place))
        declared = len(evidence)
        late = [*self._announcements(evidence)]
        ask += [f"why was {name(each.ref)} announced so late, or when was it?" for each in late]
        if not ask:
            ask.append("what does the next change that it proposes risk?")
        score = OPEN
        if declared:
            score = MET if declared == len(AHEAD) and not (late or self.untimed) else PARTLY
        return Mark("get ahead", score, tuple(evidence), tuple(ask))

    def _announcements(self, evidence: list[Line]) -> Iterator[Window]:
        """Add how many windows it announced in time, and yield the others."""
        world = World(self.scene.estate, self.scene.timeline)
        asked = [each for each in notices(world) if each.vendor.name == self.vendor.name]
        late = [each.window for each in asked if each.short]
        if asked:
            told = f"{len(asked) - len(late)} of {count(len(asked), 'window')} announced in time"
            if late:
                told += f", not {some([name(each.ref) for each in late], MOST_NAMED)}"
            evidence.append(Line(told, late[0].node.at("announced") if late else None))
        yield from late[:MOST_NAMED]

    # Words --------------------------------------------------------------------------------------

    def _place(self, *path: str) -> Span:
        return self.vendor.node.at(*path)

    def _facing(self) -> str:
        return some([name(each.ref) for each in self.met_by], MOST_NAMED) or "nothing"

    def _runs(self) -> str:
        return some([name(each.ref) for each in self.run], MOST_NAMED) or "it"

    def _untimed(self) -> str:
        shown = some([full(each) for each in self.untimed], MOST_NAMED)
        return f"{shown} {'happens' if len(self.untimed) == 1 else 'happen'}"

    def _unanswered(self) -> Line:
        calendar = self.vendor.support_hours
        if calendar is None:
            return Line("no support hours are declared", self.vendor.node.place)
        return Line(f"its hours in `{calendar}` aren't known", self._place("support", "hours"))

"""The language of test files: what an estate is, when it is judged, and what is to be found in it.

It stands apart from the other languages, as no check reads a test.
"""

from __future__ import annotations

from opspolicy.estate.language import (
    DATE_OR_INSTANT,
    DEFAULTS,
    DURATION,
    END,
    FILE,
    NAME_LENGTH,
    NAME_PATTERN,
    POLICY,
    REFERENCE,
    REFERENCE_LENGTH,
    TEXT,
)
from opspolicy.estate.shapes import (
    Choice,
    Either,
    Flag,
    Items,
    Key,
    Named,
    Only,
    Record,
    Table,
    Text,
    Unread,
    Whole,
)
from opspolicy.estate.vocabulary import FAIL_ON

SEVERITIES = ("error", "warning", "info")
STATUSES = ("new", "worse", "unchanged")
MOST_OCCURRENCES = 1_000_000_000

PATH = Named("path", Text("a path such as ../ops, from the test file", r"^\S", longest=1000))
PARTY = Named("party", Text("a reference such as service/portal", r"^[a-z_]+/\S", longest=1000))
FILE_NAME = Named("file-name", Text("a path such as ops/platform.yaml", r"^\S", longest=1000))
RULE_NAME = Named(
    "rule-name", Text("a name such as run-during-outage", r"^\S", longest=REFERENCE_LENGTH)
)
FINGERPRINT = Named(
    "fingerprint",
    Text("a fingerprint such as ops-7f3c91d2", rf"^ops-[0-9a-f]{{4,32}}{END}", longest=40),
)


def _parties(expected: str) -> Items:
    return Items(PARTY, expected, distinct=True)


ENTRY = Record("a finding to look for", {
    "rule": Key(RULE_NAME, "The rule or the policy that finds it: its name, or the rule's code."),
    "policy": Key(RULE_NAME, "The policy that finds it, and no other of the same rule."),
    "severity": Key(Choice(*SEVERITIES), "How severe it is."),
    "subjects": Key(_parties("a list such as [service/portal]"), "All who are hurt, in any order."),
    "causes": Key(
        _parties("a list such as [maintenance_window/upgrade]"), "All by which, in any order."
    ),
    "occurrences": Key(Items(Record("an occurrence", {
        "start": Key(DATE_OR_INSTANT, "When it begins; UTC without an offset.", required=True),
        "end": Key(DATE_OR_INSTANT, "When it ends; UTC without an offset.", required=True),
    }), "a list of {start, end}"), "All times at which it happens, to the second."),
    "occurrence_count": Key(
        Whole("a number of occurrences", 0, MOST_OCCURRENCES), "How many times it happens."
    ),
    "customer_hours": Key(
        Whole("a number of customer-hours", 0),
        "Customers times hours within the horizon, rounded to whole ones.",
    ),
    "fingerprint": Key(FINGERPRINT, "Its fingerprint, or how that begins."),
    "status": Key(
        Choice(*STATUSES),
        "How it stands against the estate without the test's `changes`; `new` where it has none.",
    ),
    "waived": Key(Flag(), "Whether a waiver or an ignore accepts it; false."),
    "message": Key(TEXT, "A part of what it says."),
    "file": Key(FILE_NAME, "The file it points at, or the last parts of the file's path."),
    "line": Key(Whole("the number of a line", 1), "The line it points at."),
}, some_of=("rule", "policy", "subjects", "causes", "fingerprint", "message"))  # fmt: skip
"""A finding by some of its sides: it is meant where all that are written hold."""

_ENTRY = Named("finding", ENTRY)

EXPECT = Record("what is expected", {
    "exactly": Key(Items(_ENTRY, "a list of findings"), "These findings, and no other."),
    "at_least": Key(
        Items(_ENTRY, "a list of findings", least=1), "These findings, whatever else there is."
    ),
    "none": Key(
        Either(
            "true, or a list of rules and findings",
            Flag("true", only=True),
            Items(
                Either("a rule or a finding", RULE_NAME, _ENTRY),
                "a list of rules and findings",
                least=1,
            ),
        ),
        "No finding at all, or none of these rules, policies and findings.",
    ),
    "exit_code": Key(Whole("0, 1 or 2", 0, 2), "With what a check of it would end."),
}, some_of=("exactly", "at_least", "none", "exit_code"))  # fmt: skip

_ASSUMED = Text("NAME=HOW MUCH, such as job/load-ledger=3h", r"\S=\S", longest=1000)

CHANGE = Record("a change", {
    "set": Key(PARTY, "The declaration of which some keys are another, such as job/mail-ebills."),
    "to": Key(
        Table("new values of its keys", Unread(), NAME_PATTERN, NAME_LENGTH),
        "The keys that it has instead or as well; one without a value is taken out.",
    ),
    "remove": Key(PARTY, "The declaration that is taken out."),
    "add": Key(FILE, "Declarations that come on top."),
}, only=Only((("set", "to"), ("remove",), ("add",))))  # fmt: skip

WHAT_IF = Record("an assumption", {
    "delay": Key(
        _ASSUMED, "Every run of a job starts so much later, as after --delay: job/load-ledger=3h."
    ),
    "extend": Key(
        _ASSUMED, "A maintenance window, or a job, takes so much longer, as after --extend."
    ),
    "down": Key(
        _ASSUMED,
        "A service is down from then on, as after --down: service/portal=2027-10-09T06:00/4h.",
    ),
}, only=Only((("delay",), ("extend",), ("down",))))  # fmt: skip

SETTINGS = Record("a configuration", {
    "extends": Key(
        Items(REFERENCE, "a list of policy packs"), "Built-in policy packs; recommended."
    ),
    "policies": Key(
        Table("policies by name", Named("policy", POLICY), NAME_PATTERN, NAME_LENGTH),
        "Policies on top of the packs.",
    ),
    "defaults": Key(DEFAULTS, "Values for all entries that don't say."),
    "fail_on": Key(Choice(*FAIL_ON), "The least severity that fails a check; error."),
})  # fmt: skip

TEST = Record("a test", {
    "name": Key(
        Named("sentence", Text("what it shows, in words", r"\S", longest=500)),
        "What it shows, in words.",
        required=True,
    ),
    "estate": Key(
        Either(
            "a path, a list of paths, or declarations",
            PATH,
            Items(PATH, "a list of paths", least=1, distinct=True),
            FILE,
        ),
        "The estate: a directory or a file, seen from the test file, several, or declarations.",
        required=True,
    ),
    "changes": Key(
        Items(CHANGE, "a list of changes"), "What is different in it, one after the other."
    ),
    "what_if": Key(
        Items(WHAT_IF, "a list of assumptions"),
        "What is assumed beyond what is declared, before and after the changes.",
    ),
    "config": Key(
        Either("the path of a configuration, or a configuration", PATH, SETTINGS),
        "What it is judged by; else by the nearest opspolicy.yaml.",
    ),
    "as_of": Key(DATE_OR_INSTANT, "From when it is judged; UTC without an offset.", required=True),
    "horizon": Key(DURATION, "How far ahead is looked; the configuration's, or 180d."),
    "waivers": Key(Flag(), "Whether waivers and ignores hold; true."),
    "expect": Key(EXPECT, "What is to be found in it.", required=True),
})  # fmt: skip

TEST_FILE = Record("a test file", {
    "version": Key(Whole("1", 1, 1), "The version of the language; 1."),
    "tests": Key(
        Items(Named("test", TEST), "a list of tests", least=1), "The tests.", required=True
    ),
}, extensions=True)  # fmt: skip
"""A `*_test.yaml`."""

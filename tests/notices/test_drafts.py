"""Drafts from declarations: what is sent when, to whom, and that it fits whatever it says."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import cli
from opspolicy.notices import as_text, document, drafts, gsm, languages, plan
from opspolicy.notices.drafting import MOST_PUSH, MOST_PUSH_TITLE, Own
from opspolicy.notices.templates import TemplateError, read
from opspolicy.temporal.instants import rfc3339
from tests import worlds
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from opspolicy.notices.drafting import Message

TORONTO = "America/Toronto"
EXAMPLE = ROOT / "examples" / "customer-notices"


def estate(**service: object) -> str:
    """Return an estate in which a portal goes down, announced on all kinds of channels."""
    channels = ["email", "sms", "push", "status-page", "call-centre", "letter"]
    return json.dumps(
        {
            "defaults": {"timezone": "America/Toronto", "owner": "digital"},
            "services": {
                "portal": {"customer_facing": True, "business_hours": "never", **service},
            },
            "maintenance_windows": {
                "upgrade": {
                    "takes_down": ["portal"],
                    "start": "2027-11-07T00:00",
                    "duration": "3h",
                    "summary": service.get("fallback", "A new database"),
                    "notices": [
                        {"at": at, "channel": each, "languages": ["en", "fr"]}
                        for each in channels
                        for at in ("-7d", "1h", "3h")
                    ],
                }
            },
        },
        ensure_ascii=False,
    )


def drafted(text: str, own: Own | None = None, *refs: str) -> drafts.Drafts:
    """Draft all that an estate has to tell."""
    timeline = worlds.timeline(worlds.estate(a=text))
    found = worlds.findings(timeline.estate)
    return drafts.draft(timeline, found, refs, own or Own())


def messages(text: str, own: Own | None = None) -> list[Message]:
    """Return the messages of an estate."""
    return [each.message for each in drafted(text, own).drafts]


# What can stand in YAML that we read.
SAID = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"),
    max_size=120,
)


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,98}[A-Za-z0-9]", fullmatch=True), SAID, SAID, SAID
)
@settings(derandomize=True, database=None, deadline=None, max_examples=25)
def test_a_text_message_fits_whatever_the_names(
    name: str, title: str, helped: str, fallback: str
) -> None:
    # What begins with the name of a section is no name.
    name = f"s{name[1:]}"
    texts = {"title": title, "help": helped, "fallback": fallback, "compensation": fallback}
    text = estate(**texts).replace('"portal"', f'"{name}"')
    found = messages(text)
    assert len(found) == 36
    for each in found:
        if each.kind == "sms":
            assert each.septets == gsm.septets(each.body) <= 160
            assert not each.is_cut
            assert ("Toronto" in each.body) == (each.sending.at < each.sending.outage.end)
        if each.kind == "push":
            assert len(each.subject) <= MOST_PUSH_TITLE
            assert len(each.body) <= MOST_PUSH
        if each.payload is not None:
            assert len(each.payload["incident"].get("name", "")) <= 255
        assert each.text
        assert not {*each.text} & {*"\u202e\u2066\u200b\x1b\x9b"}


@given(
    st.lists(
        st.sampled_from(["{service}", "{help}", "{still}", "x" * 90, "{span}", "é€"]),
        min_size=1,
        max_size=6,
    )
)
@settings(derandomize=True, database=None, deadline=None, max_examples=25)
def test_it_fits_by_anybodys_template(parts: list[str]) -> None:
    own = Own({("sms", "en"): read("sms.en.txt", " ".join([*parts, "{service}"]))})
    text = estate(title="T" * 100, help="h" * 60, fallback="f" * 60)
    for each in messages(text, own):
        if each.kind == "sms" and each.language == "en":
            assert each.body
            assert each.septets == gsm.septets(each.body) <= 160


@given(st.integers(1, 200), st.integers(0, 200), st.integers(0, 200))
@settings(derandomize=True, database=None, deadline=None, max_examples=40)
def test_a_push_message_has_whole_dates_and_as_much_of_the_name_as_fits(
    title: int, helped: int, fallback: int
) -> None:
    texts = {"title": "T" * title, "help": "h" * helped, "fallback": "F" * fallback}
    for each in messages(estate(**texts)):
        if each.kind != "push":
            continue
        outage = each.sending.outage
        assert not each.is_cut
        long = languages.instant_words(outage.end, TORONTO, each.language)
        span = languages.span(outage.start, outage.end, TORONTO, each.language)
        if each.sending.at < outage.start:
            assert span in each.body
            assert ("7 Nov 00:00" if each.language == "en" else "7 nov. 0 h") in each.subject
        elif each.sending.at < outage.end:
            assert long in each.body
        if title <= 15:
            assert "…" not in each.subject + each.body
            assert texts["title"] in each.subject
        if helped <= 20 and fallback <= 20 and each.sending.at < outage.end and title <= 15:
            assert texts["help"] in each.body
            assert texts["fallback"] in each.body


def test_half_a_date_is_no_date() -> None:
    for pad in range(119, 178, 5):
        for kind in ("push", "sms"):
            own = Own({(kind, "en"): read(f"{kind}.en.txt", f"T\n{'x' * pad} {{end}} {'y' * 178}")})
            (made, *_) = [each for each in messages(estate(), own)
                          if (each.kind, each.language) == (kind, "en")]  # fmt: skip
            assert made.is_cut
            at = made.body.partition("x ")[2].partition(" yy")[0].rstrip("…. y")
            assert at in {"", "Sunday 7 November 2027 at 02:00", "x"}


def test_what_is_left_out_first_of_a_text_message() -> None:
    def sms(**texts: str) -> str:
        return next(each.body for each in messages(estate(**texts)) if each.kind == "sms")

    when = "unavailable Sun 7 Nov 00:00 to 02:00 (Toronto)"
    assert sms(title="Portal", help="h.example", fallback="Call us.").startswith(f"Portal: {when}")
    assert sms(title="Portal", help="h.example", fallback="Call us.").endswith(
        "Call us. Help: h.example"
    )
    long = sms(title="Portal", help="h.example", fallback="f" * 100)
    assert long.endswith("(Toronto). Help: h.example")
    longer = sms(title="P" * 80, help="h" * 60, fallback="f" * 100)
    assert longer.startswith("P" * 80)
    assert longer.endswith("(Toronto).")
    assert sms(title="P" * 1000, help="h" * 60).startswith("P" * 70)
    # In another script the name it is declared by says more.
    assert sms(title="客户门户").startswith("portal: unavailable")


def test_before_during_and_after() -> None:
    said = {each.sending.at: each.subject for each in messages(estate(title="Portal"))
            if (each.kind, each.language) == ("email", "en") and each.sending.notice.channel == "email"}  # fmt: skip
    assert {rfc3339(at): subject for at, subject in said.items()} == {
        # A week of elapsed time before midnight in summer time.
        "2027-10-31T04:00:00Z": "Portal: unavailable from Sunday 7 November 2027 at 00:00",
        "2027-11-07T05:00:00Z": "Portal: unavailable until Sunday 7 November 2027 at 02:00",
        "2027-11-07T07:00:00Z": "Portal: available again",
    }
    statuses = [each.payload["incident"]["status"] for each in messages(estate())
                if each.payload is not None and each.language == "fr"]  # fmt: skip
    assert statuses == ["scheduled", "in_progress", "completed"]


def test_a_status_page_is_told_of_one_incident_once() -> None:
    text = """
defaults: {timezone: UTC, owner: bank}
services: {web: {customer_facing: true, business_hours: never}}
maintenance_windows:
  one:
    takes_down: [web]
    start: 2027-10-09T00:00
    duration: 2h
    notices:
      - {at: -1d, channel: status-page}
      - {at: -1h, channel: status-page}
      - {at: 0s, channel: status-page}
      - {at: 1h, channel: status-page}
      - {at: 2h, channel: status-page}
"""
    day, hour, *follow_ups = [(each.payload or {})["incident"] for each in messages(text)]
    assert day["scheduled_remind_prior"] is True
    # An hour before is when the page reminds, of what it tells at that instant.
    assert hour["scheduled_remind_prior"] is False
    assert {day["status"], hour["status"]} == {"scheduled"}
    assert day["scheduled_for"] == hour["scheduled_for"] == "2027-10-09T00:00:00Z"
    assert [(sorted(each), each["status"]) for each in follow_ups] == [
        (["body", "status"], "in_progress"),
        (["body", "status"], "in_progress"),
        (["body", "status"], "completed"),
    ]


def test_what_still_works() -> None:
    text = """
defaults: {timezone: UTC, owner: bank}
services:
  access: {customer_facing: true, depends_on: [{any_of: [web, phone, app]}]}
  web: {title: Online, customer_facing: true, business_hours: never, fallback: Come in.}
  phone: {title: Telephone, customer_facing: true, business_hours: never, owner: other}
  app: {title: Mobile, customer_facing: true, business_hours: never}
  desk: {title: Counter, customer_facing: true, business_hours: never}
  inside: {title: Ledger}
maintenance_windows:
  one: {takes_down: [web, app], start: 2027-10-09T00:00, duration: 1h, notices: [{at: -1d}]}
"""
    found = [each.body for each in messages(text)]
    assert ["What still works: Come in; available meanwhile: Telephone and Counter" in each
            for each in found] == [False, True]  # fmt: skip
    assert "What still works: Telephone and Counter\n" in found[0]


def test_sentences_begin_as_sentences_and_say_nothing_twice() -> None:
    def said(fallback: str, *others: str) -> list[str]:
        names = "".join(f", {each}: {{title: {each}, customer_facing: true, business_hours: never}}"
                        for each in others)  # fmt: skip
        text = f"""
defaults: {{timezone: UTC, owner: bank}}
services: {{web: {{customer_facing: true, business_hours: never{fallback}}}{names}}}
maintenance_windows:
  one:
    takes_down: [web]
    start: 2027-10-09T00:00
    duration: 1h
    notices:
      - {{at: -1d, channel: sms, languages: [en, fr]}}
      - {{at: -1d, channel: push, languages: [en, fr]}}
      - {{at: -1d, channel: call-centre, languages: [en, fr]}}
      - {{at: -1d, channel: email, languages: [en, fr]}}
"""
        return [each.text for each in messages(text)]

    one = said("", "A")
    assert "(UTC). Still available: A." in one[0]
    assert "(UTC). Reste accessible : A." in one[1]
    assert "(UTC).\nStill available: A" in one[2]
    assert "What can I do meanwhile? Still available: A\n" in one[4]
    assert "What still works: A\n" in one[6]
    assert "Ce qui reste possible : A\n" in one[7]
    assert "Restent accessibles : A et B." in said("", "A", "B")[1]
    both = said(", fallback: pay by phone, help: call us", "A")
    assert "(UTC). Pay by phone; available meanwhile: A. Help: call us" in both[0]
    assert "Pay by phone ; reste accessible : A." in both[1]
    assert both[2].endswith("(UTC).\nPay by phone; available meanwhile: A\nCall us")
    assert "What still works: pay by phone; available meanwhile: A\n" in both[6]
    assert "(UTC). example.org." in said(", fallback: example.org")[0]


@pytest.mark.parametrize(
    ("many", "english", "french"),
    [
        (0, "0 customers", "0 client"),
        (1, "1 customer", "1 client"),
        (2, "2 customers", "2 clients"),
        (4_300_000, "4,300,000 customers", "4 300 000 clients"),
    ],
)
def test_how_many_may_call(many: int, english: str, french: str) -> None:
    found = [each.body for each in messages(estate(customers=many)) if each.kind == "call-centre"]
    assert f"For advisers; {english} may call.\n" in found[0]
    assert f"Pour les conseillers ; appels possibles : jusqu'à {french}.\n" in found[1]
    assert not [each for each in messages(estate()) if "may call" in each.body]


def test_what_several_windows_or_languages_say_alike_is_sent_once() -> None:
    text = """
defaults: {timezone: UTC, owner: bank}
services: {web: {customer_facing: true, business_hours: never}}
maintenance_windows:
  one: {takes_down: [web], start: 2027-10-09T00:00, duration: 2h, summary: New disks, notices: [{at: -1d, languages: [fr, en, fr-CA, FR]}]}
  two: {takes_down: [web], start: 2027-10-09T00:00, duration: 1h, summary: New fans., notices: [{at: -1d}, {at: -1d, via: web}]}
"""
    found = messages(text)
    assert [(each.language, each.sending.notice.via) for each in found] == [
        ("fr", None), ("en", None), ("en", "web"),
    ]  # fmt: skip
    assert "Motif : New disks\n" in found[0].body
    assert "Reason: New disks; New fans\n" in found[1].body
    # Who has words of their own for Québec gets both.
    own = Own({("email", "fr-ca"): read("email.fr-ca.txt", "{service}\nFermé {span}")})
    assert [each.language for each in messages(text, own)] == ["fr", "en", "fr-ca", "en"]


def test_what_is_degraded_or_closed_is_nowhere_to_go() -> None:
    def body(extra: str, hours: str, window: str = "") -> str:
        text = f"""
defaults: {{timezone: UTC, owner: bank}}
calendars: {{office: {{hours: [{{days: mon-fri, from: 08:00, to: 17:00}}]}}}}
services:
  web: {{customer_facing: true, business_hours: never, support: {{service: calls{extra}}}}}
  calls: {{title: Call centre}}
  desk: {{title: Counter, customer_facing: true, business_hours: {hours}}}
maintenance_windows:
  one: {{takes_down: [web], start: 2027-10-09T00:00, duration: 2h, notices: [{{at: -1d}}]{window}}}
"""
        timeline = worlds.timeline(worlds.estate(a=text))
        (made,) = drafts.draft(timeline, (), (), Own()).drafts
        return made.message.body

    assert "Counter" in body("", "never")
    assert "Counter" in body("", "always")
    # Saturday 9 October: closed, and it isn't known when an unknown calendar is open.
    assert "Counter" not in body("", "office")
    assert "Counter" not in body("", "nowhere")
    assert "Counter" not in body("", "never", ", degrades: [desk]")
    assert "Help: Call centre" in body("", "never")
    assert "Help: Call centre" in body(", hours: always", "never")
    for hours in ("office", "never", "nowhere"):
        assert "Help" not in body(f", hours: {hours}", "never")


def test_two_windows_in_one_outage_tell_of_all_of_it() -> None:
    text = """
defaults: {timezone: UTC, owner: bank}
services: {web: {customer_facing: true, business_hours: never}}
maintenance_windows:
  one: {takes_down: [web], start: 2027-10-09T00:00, duration: 2h, notices: [{at: -1d}]}
  two: {takes_down: [web], start: 2027-10-09T01:00, duration: 2h, notices: [{at: -1d}]}
"""
    found = messages(text)
    assert [rfc3339(each.sending.at) for each in found] == [
        "2027-10-08T00:00:00Z",
        "2027-10-08T01:00:00Z",
    ]
    assert all("from 00:00 to 03:00" in each.body for each in found)
    assert [
        each.message.sending.party.entity.name
        for each in drafted(text, None, "maintenance_window/two").drafts
    ] == ["two"]


def test_a_job_tells_of_each_run_and_of_none_that_is_suspended() -> None:
    text = """
defaults: {timezone: Europe/Paris, owner: bank, scheduler: kubernetes}
services: {web: {customer_facing: true, business_hours: never}}
jobs:
  reindex: {schedule: {cron: "0 3 * * sun"}, duration: 1h, takes_down: [web], notices: [{at: -1d}]}
  asleep: {schedule: {cron: "0 3 * * mon"}, duration: 1h, takes_down: [web], notices: [{at: -1d}], suspended: true}
"""
    sent = [rfc3339(each.sending.at) for each in messages(text)]
    assert len(sent) == 26
    # A day of elapsed time before 03:00 of the Sunday on which the clocks go back.
    assert "2027-10-30T02:00:00Z" in sent


def test_a_language_without_a_template_is_told() -> None:
    text = estate().replace('"fr"', '"de-AT"')
    found = drafted(text)
    assert len(found.wordless) == 18
    assert {each.message.language for each in found.drafts} == {"en"}
    lines = "\n".join(as_text.lines(found, worlds.timeline(worlds.estate(a=text)), 100))
    assert "Not drafted: messages by `sms` in `de-AT`, as there is no template in it" in lines
    own = Own({("email", "de"): read("email.de.txt", "{service}: {span}, {duration}, {zone}")})
    (german, *_) = [each for each in messages(text, own) if each.language == "de"]
    assert (
        german.subject
        == "portal: 2027-11-07 00:00 / 2027-11-07 02:00 (America/Toronto), 3:00, America/Toronto"
    )


def test_a_template_of_which_nothing_is_left() -> None:
    own = Own({("sms", "en"): read("own/sms.en.txt", "{compensation}")})
    with pytest.raises(
        TemplateError, match=r"own/sms\.en\.txt: nothing is left of it for `portal`"
    ):
        messages(estate(), own)


def test_a_channel_of_ones_own() -> None:
    own = Own({("letter", "en"): read("letter.en.txt", "Dear customer,\n{what}")})
    (letter, *_) = [each for each in messages(estate(), own)
                    if each.sending.notice.channel == "letter" and each.language == "en"]  # fmt: skip
    assert letter.subject == "Dear customer,"


def test_more_than_anybody_reads() -> None:
    text = """
defaults: {timezone: UTC, owner: bank, scheduler: kubernetes}
services: {web: {customer_facing: true, business_hours: never}}
jobs: {often: {schedule: "0 * * * *", duration: 1m, takes_down: [web], notices: [{at: 0s}]}}
"""
    with pytest.raises(plan.TooMany, match=r"more than 1,000 messages to draft"):
        drafted(text)


def test_more_outages_than_anybody_tells_of_are_not_worked_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    windows = "".join(
        f"  w{at}: {{takes_down: [web], schedule: '{at} * * * *', duration: 30s}}\n"
        for at in range(60)
    )
    text = f"""
defaults: {{timezone: UTC, owner: bank}}
services: {{web: {{customer_facing: true, business_hours: never}}}}
maintenance_windows:
  one: {{takes_down: [web], start: 2027-10-09T00:00:40, duration: 10s, notices: [{{at: -1d}}]}}
{windows}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    assert cli.main(["notices", "-C", str(tmp_path), "--as-of", "2027-09-01"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said == (
        "opspolicy: there are 259,201 outages to tell of, and no more than 10,000 are looked at:"
        " name a window, a job or a service, or a shorter --horizon"
    )
    code, out = run(tmp_path, capsys, "maintenance_window/one")
    assert code == 0
    assert "1 message drafted for 1 outage" in out


def test_a_waived_finding_refuses_nothing_and_a_warning_is_told() -> None:
    text = """
defaults: {timezone: UTC, owner: bank}
services:
  web: {customer_facing: true, business_hours: never, support: {hours: never}}
maintenance_windows:
  one: {takes_down: [web], start: 2027-10-09T00:00, duration: 2h, notices: [{at: -1d}]}
"""
    found = drafted(text)
    assert [each.rule for each in found.noted] == ["support-unstaffed"]
    assert len(found.drafts) == 1
    assert not found.refused


# Sinks -------------------------------------------------------------------------------------------


def test_a_spreadsheet_computes_nothing() -> None:
    text = estate(title='=cmd|"/c calc"!A1,\u202e').replace('"email"', '"@SUM(1)"')
    timeline = worlds.timeline(worlds.estate(a=text))
    table = document.table(drafts.draft(timeline, (), (), Own()), timeline)
    rows = list(csv.DictReader(io.StringIO(table)))
    assert len(rows) == 36
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "@", "+", "-"}]
    assert {row["channel"] for row in rows} >= {"'@SUM(1)", "sms"}
    assert "\u202e" not in table


@pytest.mark.parametrize("delimiter", [";", "|", "\t", ","])
def test_no_spreadsheet_computes_anything_whatever_it_takes_for_the_end_of_a_cell(
    delimiter: str,
) -> None:
    title = 'Portal;=1+1|=2; @SUM(1)|"+3;"-4;\uff1d5\t=6'
    text = estate(title=title).replace('"email"', '"mail;=cmd"')
    timeline = worlds.timeline(worlds.estate(a=text))
    table = document.table(drafts.draft(timeline, (), (), Own()), timeline)
    rows = list(csv.reader(io.StringIO(table), delimiter=delimiter))
    assert len(rows) == 37
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.strip(' "')[:1] in {*"=+-@\uff1d\t"} - {""}]
    assert [cell for cell in cells if "'=cmd" in cell]


def run(directory: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Run `opspolicy notices` as of the day in the README of its example."""
    code = cli.main(["notices", "-C", str(directory), "--as-of", "2027-09-01", *options])
    return code, capsys.readouterr().out


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")


def test_the_portals_customers_are_told_at_the_right_instants(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the customers' zone, in both languages, in an SMS that fits."""
    code, out = run(EXAMPLE / "after", capsys, "--templates", "../templates", "--format", "json")
    assert code == 0
    found = json.loads(out)
    schema = json.loads((ROOT / "schemas" / "notices.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    sent = [(each["local"], each["channel"], each["language"]) for each in found["messages"]]
    assert sent == [
        ("2027-10-01T00:00:00-04:00", "email", "fr"),
        ("2027-10-01T00:00:00-04:00", "email", "en"),
        ("2027-10-08T00:00:00-04:00", "sms", "fr"),
        ("2027-10-08T00:00:00-04:00", "sms", "en"),
        ("2027-10-08T23:00:00-04:00", "status-page", "fr"),
        ("2027-10-08T23:00:00-04:00", "status-page", "en"),
    ]
    french, english, sms, *_ = found["messages"]
    assert (
        "du samedi 9 octobre 2027 à 0 h au lundi 11 octobre 2027 à 0 h 30 (heure de Toronto)"
        in french["body"]
    )
    assert (
        "from Saturday 9 October 2027 at 00:00 to Monday 11 October 2027 at 00:30 (Toronto time)"
        in english["body"]
    )
    assert "Payez par téléphone ou au comptoir" in french["body"]
    assert "Late fees are waived" in english["body"]
    assert "https://status.example.org" in english["body"]
    assert sms["septets"] <= 160
    assert {each["customers"] for each in found["messages"]} == {4_300_000}
    incident = found["messages"][-1]["payload"]["incident"]
    assert (incident["scheduled_for"], incident["scheduled_until"]) == (
        "2027-10-09T04:00:00Z", "2027-10-11T04:30:00Z",
    )  # fmt: skip


def test_through_a_gateway_that_is_down_it_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = run(EXAMPLE / "before", capsys, "--format", "json")
    assert code == 1
    found = json.loads(out)
    schema = json.loads((ROOT / "schemas" / "notices.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    assert found["messages"] == []
    (refused,) = found["refused"]
    assert {each["code"] for each in refused["findings"]} == {"OPS601", "OPS602", "OPS603"}


def test_what_is_refused_is_that_one_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same set, with the gateway patched when one of two goes out."""
    text = """
defaults: {timezone: America/Toronto, owner: digital}
services:
  portal: {customer_facing: true, business_hours: never}
  gate: {}
maintenance_windows:
  one: {takes_down: [portal], start: 2027-10-09T00:00, duration: 1h, notices: [{at: -7d, via: gate}]}
  two: {takes_down: [portal], start: 2027-10-19T00:00, duration: 1h, notices: [{at: -7d, via: gate}]}
  patch: {takes_down: [gate], start: 2027-10-01T23:00, duration: 2h}
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    code, out = run(tmp_path, capsys, "--format", "json", "--output", "out")
    found = json.loads(out)
    assert code == 1
    assert [each["findings"][0]["code"] for each in found["refused"]] == ["OPS602"]
    assert [each["planned"] for each in found["messages"]] == ["maintenance_window/two"]
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["001-20271012T040000Z-portal-email-en.txt", "schedule.csv", "schedule.json"]
    assert json.loads((tmp_path / "out" / "schedule.json").read_text()) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{services: {web: {customer_facing: true}}}", 0),
        (estate().replace("2027-11-07", "2027-01-07"), 0),
        (estate(notice_channels=["fax"]), 1),
    ],
    ids=["nothing to tell", "over", "refused"],
)
def test_a_schedule_of_nothing_is_written(
    text: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    exit_code, out = run(tmp_path, capsys, "--output", str(tmp_path / "out"))
    assert exit_code == code
    assert "a schedule without messages." in " ".join(out.split())
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["schedule.csv", "schedule.json"]
    assert json.loads((tmp_path / "out" / "schedule.json").read_text())["messages"] == []
    table = (tmp_path / "out" / "schedule.csv").read_text(encoding="utf-8")
    assert table == ",".join(document.COLUMNS) + "\n"


def test_a_target_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(estate(), encoding="utf-8")
    for target in ("nosuch", "missing-notice"):
        assert cli.main(["notices", target, "-C", str(tmp_path), "--as-of", "2027-09-01"]) == 2
        said = " ".join(capsys.readouterr().err.split())
        assert said.endswith("name a service, a job or a maintenance window")


def test_a_text_message_in_a_file_has_no_line_break_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(estate(title="P" * 120), encoding="utf-8")
    code, _ = run(tmp_path, capsys, "--output", "out")
    assert code == 0
    found = json.loads((tmp_path / "out" / "schedule.json").read_text())
    for each in found["messages"]:
        text = (tmp_path / "out" / each["file"]).read_bytes().decode()
        if each["kind"] == "sms":
            assert text == each["body"]
            assert gsm.septets(text) <= 160
        elif each["payload"] is not None:
            assert json.loads(text) == each["payload"]
        else:
            assert text.endswith("\n")

"""What findings say of foreign files: which keys, in whose words, and how to add what is missing."""

from __future__ import annotations

import pytest

from opspolicy.estate.formats import FORMATS
from opspolicy.estate.saying import how_to_say, in_its_words
from opspolicy.temporal.durations import DAY
from tests import worlds

from .reading import estate

MANIFEST = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
  annotations: {{{annotations}}}
spec:
  schedule: "{schedule}"
{more}"""
DAILY, AT_HALF_PAST_TWO = "0 4 * * *", "30 2 * * *"


def manifest(schedule: str = DAILY, more: str = "", annotations: str = "") -> str:
    """Return a CronJob."""
    return MANIFEST.format(schedule=schedule, more=more, annotations=annotations)


CRONTAB = "0 4 * * * /srv/report.sh\n"
TIMER = "[Timer]\nOnCalendar=04:00\n"
TERRAFORM = """\
resource "aws_cloudwatch_event_rule" "report" {
  schedule_expression = "cron(0 4 * * ? *)"
}
"""
SCHEDULER = """\
resource "aws_scheduler_schedule" "report" {
  schedule_expression          = "cron(30 2 * * ? *)"
  schedule_expression_timezone = "Europe/Berlin"
}
"""
SOURCE = "the `defaults` of the source that reads this, in `opspolicy.yaml`"
IN_OURS = "`jobs: {report: {duration: 20m}}` to a file of your own"
NATIVE = 'jobs: {report: {schedule: "0 4 * * *"}}\n'


def hint(
    rule: str,
    name: str,
    text: str,
    *native: str,
    zone: str | None = None,
    as_of: int = worlds.AS_OF,
) -> str:
    """Return the hint of the only finding of a rule in a foreign text."""
    declared = estate(name, text, *native, zone=zone)
    (found,) = [each for each in worlds.findings(declared, as_of=as_of) if each.rule == rule]
    return found.hint


def message(name: str, text: str) -> str:
    """Return the only mistake in a foreign text."""
    declared = estate(name, text, zone="UTC")
    found = [each.message for each in declared.problems]
    found += [each.message for each in declared.invalid]
    assert len(found) == 1
    return found[0]


class TestDuration:
    """How long a run takes stands in no format, but for keys of ours."""

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            ("kubernetes", manifest(),
             f"the annotation `opspolicy.dev/duration: 20m`, or {IN_OURS}"),
            ("crontab", CRONTAB,
             f"the comment `# opspolicy: duration=20m` above it, or {IN_OURS}"),
            ("systemd", f"# opspolicy: name=report\n{TIMER}",
             f"the comment `# opspolicy: duration=20m`, or {IN_OURS}"),
            ("terraform", TERRAFORM,
             "`jobs: {aws_cloudwatch_event_rule.report: {duration: 20m}}` to a file of your own"),
        ],
    )  # fmt: skip
    def test_how_it_is_said(self, name: str, text: str, says: str) -> None:
        found = hint("unknown-duration", name, text, zone="UTC")
        assert found == f"say how long a run takes: add {says}"

    @pytest.mark.parametrize(
        ("name", "text", "native"),
        [
            ("kubernetes", manifest(annotations="opspolicy.dev/duration: 20m"), ""),
            ("kubernetes", manifest(), "jobs: {report: {duration: 20m}}"),
            ("crontab", f"# opspolicy: duration=20m\n{CRONTAB}", ""),
            ("systemd", f"# opspolicy: name=report duration=20m\n{TIMER}", ""),
            ("terraform", TERRAFORM,
             "jobs: {aws_cloudwatch_event_rule.report: {duration: 20m}}"),
        ],
    )  # fmt: skip
    def test_saying_so_is_enough(self, name: str, text: str, native: str) -> None:
        declared = estate(name, text, *([native] if native else []), zone="UTC")
        assert "unknown-duration" not in {each.rule for each in worlds.findings(declared)}

    def test_where_an_entry_completes_it(self) -> None:
        native = "services: {db: {}}\njobs:\n  report: {requires: [db]}\n"
        found = hint("unknown-duration", "kubernetes", manifest(), native, zone="UTC")
        assert found.endswith("add `duration: 20m` to `report` at ops/0.yaml:3")

    def test_in_a_file_of_ours(self) -> None:
        found = hint("unknown-duration", "compose", "services: {}\n", f"{UTC}{NATIVE}")
        assert found == "add `duration:`, and `max_duration:` for the slow day"


UTC = "defaults: {timezone: UTC}\n"


class TestZone:
    """A zone is said in the words of what runs the job, or for a whole source."""

    @pytest.mark.parametrize(
        ("name", "text", "says"),
        [
            ("kubernetes", manifest(), "`timeZone: Area/City` to its `spec`"),
            ("crontab", CRONTAB, "`CRON_TZ=Area/City` above it, if its cron follows that"),
            ("systemd", f"# opspolicy: name=report\n{TIMER}",
             "`Area/City` at the end of its `OnCalendar=`"),
        ],
    )  # fmt: skip
    def test_without_one(self, name: str, text: str, says: str) -> None:
        found = hint("missing-timezone", name, text)
        assert found == f"add `timezone: Area/City` to {SOURCE}, or {says}"

    def test_of_a_schedule_of_ours(self) -> None:
        found = hint("missing-timezone", "compose", "services: {}\n", NATIVE)
        assert found == "add `timezone: Area/City` to `report`, or to the file's `defaults`"
        found = hint("missing-timezone", "kubernetes", manifest(), NATIVE)
        assert found == "add `timezone: Area/City` to `report`, or to the file's `defaults`"

    def test_where_clocks_change(self) -> None:
        rule, berlin = "schedule-in-dst-transition", "Europe/Berlin"
        hour = "move it to an hour no clock change touches, such as 04:00"
        text = manifest(AT_HALF_PAST_TWO)
        assert hint(rule, "kubernetes", text, zone=berlin).endswith(
            f"{hour}, or add `timeZone: UTC` to its `spec`"
        )
        # Keys of ours move no run of anybody's.
        in_spring = worlds.AS_OF + 180 * DAY
        assert hint(rule, "terraform", SCHEDULER, as_of=in_spring) == hour


class TestWords:
    """What is wrong is told with the key that stands there."""

    def test_keys_of_a_manifest(self) -> None:
        said = message("kubernetes", manifest(more="  concurrencyPolicy: Maybe\n"))
        assert said.startswith("`concurrencyPolicy` must be one of")

    def test_keys_of_ours_among_them(self) -> None:
        said = message("kubernetes", manifest(annotations="opspolicy.dev/concurrency: Maybe"))
        assert said.startswith("`concurrency` must be one of")

    def test_a_freeze_has_a_cron_of_its_own(self) -> None:
        native = "freezes: {f: {schedule: '0 3 ? * *', duration: 1h}}\n"
        (found,) = estate("compose", "services: {}\n", f"{UTC}{native}").invalid
        assert found.message == "plain cron doesn't know `?` in the day of month field"

    def test_switching_off(self) -> None:
        rule, never = "never-runs", "0 0 30 2 *"
        assert hint(rule, "kubernetes", manifest(never), zone="UTC") == (
            "correct the dates; to switch the job off, add `suspend: true` to its `spec`"
        )
        assert hint(rule, "crontab", f"{never} a\n", zone="UTC") == (
            "correct the dates; to switch the job off, do so where it is run, and add "
            "the comment `# opspolicy: suspended=true` above it"
        )

    def test_owners(self) -> None:
        assert hint("missing-owner", "kubernetes", manifest(), zone="UTC") == (
            f"add `owner: TEAM` to {SOURCE}, or the annotation `opspolicy.dev/owner: TEAM`"
        )


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_its_ways(name: str) -> None:
    known = FORMATS[name]
    assert all("{value}" in each for each in known.says.values())
    assert not known.says_ours or {"{key}", "{value}"} <= {
        part for part in ("{key}", "{value}") if part in known.says_ours
    }


def test_what_a_format_cannot_say() -> None:
    job = estate("terraform", TERRAFORM, zone="UTC").jobs["aws_cloudwatch_event_rule.report"]
    assert in_its_words(job, "suspended", "true") == ""
    assert how_to_say(job, "timezone", "UTC").startswith("`jobs: {aws_cloudwatch_event_rule")

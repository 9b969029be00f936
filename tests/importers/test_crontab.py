"""What Markdown can't say of crontabs: what jobs are called, when they start, and hostile files."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import importers
from opspolicy.estate.entry import Defaults
from opspolicy.estate.estate import Estate, assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.importers.crontab import MOST_JOBS, read
from opspolicy.importers.crontab.commands import called
from opspolicy.temporal.instants import parse_as_of, rfc3339
from tests import shared
from tests.laws import REPRODUCIBLE

SOURCE = Source("crontab")
EXPRESSIONS = shared.load("cron/expressions.json") or []
MIB = 1024 * 1024
HANG_GUARD_S = 10
"""A limit for a hang, not for speed: the machine may be busy."""


def estate(text: str, path: str = "cron.d/a", zone: str = "UTC") -> Estate:
    """Return the estate of a crontab."""
    source = Source("crontab", defaults=Defaults(None, zone, None))
    return assemble([Foreign(path, text, None, (importers.reading(source),))])


def schedules(text: str, path: str = "crontab") -> dict[str, object]:
    """Return the schedules of a crontab's jobs, by their names."""
    found = read(text, path, SOURCE)
    assert not found.problems
    assert found.document is not None
    jobs = found.document.find("jobs")
    entries = jobs.entries if jobs is not None else {}
    return {name: job.entries["schedule"].plain() for name, job in entries.items()}


# Names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/srv/bin/backup.sh --full", "backup"),
        ("$HOME/bin/daily.job >> $HOME/tmp/out 2>&1", "daily.job"),
        ("${APP}/run.sh", "run"),
        ("cd /srv/app && php artisan schedule:run >> /dev/null 2>&1", "artisan"),
        ("PATH=/a:/b NAME='a b' /srv/run", "run"),
        # As Debian's packages have them.
        ("cd / && run-parts --report /etc/cron.hourly", "cron.hourly"),
        ("test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )", "cron.daily"),
        ("test -e /run/systemd/system || SERVICE_MODE=1 /usr/lib/e2scrub_all_cron", "e2scrub_all_cron"),
        ("command -v debian-sa1 > /dev/null && debian-sa1 1 1", "debian-sa1"),
        ("[ -x /usr/lib/php/clean ] && if [ ! -d /run/systemd ]; then /usr/lib/php/clean; fi", "clean"),
        ("if [ -x /usr/check ] && [ $(date +\\%d) -le 7 ]; then /usr/check --cron; fi", "check"),
        # Wrappers, also of wrappers.
        ("flock -n /tmp/lock -c 'nice -n 19 /opt/sync.py --all'", "sync"),
        ("flock -w 10 /tmp/lock /opt/a.rb", "a"),
        ("nice -n 19 ionice -c3 timeout -k 10 5m chronic sudo -u web -H env A=b /opt/x", "x"),
        ("sudo su - app -c 'cd /srv && bundle exec rake x'", "bundle"),
        ("su - postgres -c 'pg_dump shop'", "pg_dump"),
        ("runuser -u git -- gitea dump", "gitea"),
        ("runuser git -c 'gitea dump'", "gitea"),
        ("/usr/bin/time -p /opt/x", "x"),
        ("sleep $((RANDOM % 60)); /opt/x.sh", "x"),
        (". /etc/profile; /opt/x.sh", "x"),
        # Interpreters: the script, or the module.
        ("python3.11 -u -W ignore -m shop.reports daily", "shop.reports"),
        ("python3 /srv/load.py", "load"),
        ("python -c 'print(1)'", "python"),
        ('bash -lc "cd /srv && ./run.sh"', "run"),
        ("bash -c 'bash -c \"perl -w /opt/x.pl\"'", "x"),
        ("php -d memory_limit=-1 -f /srv/cron.php", "cron"),
        ("php -r 'echo 1;'", "php"),
        ("ruby -I lib -r set x.rb", "x"),
        ("java -Xmx1g -cp /opt/lib -jar /opt/report.jar", "report"),
        ("node --max-old-space-size=100 app.js", "app"),
        # What isn't followed by anything has its own name, and a lone quote hides nothing.
        ("cd /srv", "cd"),
        ('"lone quote', "lone"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_job_is_called_by_what_does_its_work(command: str, name: str) -> None:
    assert called(command) == name


def test_a_name_is_the_same_wherever_its_line_stands() -> None:
    one, other = "0 1 * * * /opt/a.sh\n", "0 2 * * * /opt/b.sh\n"
    assert schedules(one + other) == schedules(f"# moved\n\n{other}{one}")


def test_two_jobs_of_one_name_are_told_how_to_be_told_apart() -> None:
    found = read("0 1 * * * /opt/a x\n0 2 * * * /opt/a y", "crontab", SOURCE)
    (remark,) = found.remarks
    assert (remark.rule, remark.span.line, remark.notes[0].span.line) == ("duplicate-name", 2, 1)
    assert "`# opspolicy: name=" in remark.hint


# Times -------------------------------------------------------------------------------------------


@shared.needs_data
def test_each_real_expression_is_passed_on_or_told_of() -> None:
    """Those of Kubernetes, Tekton and Airflow, each with spaces as people write them."""
    expressions = [each["expr"] for each in EXPRESSIONS]
    lines = [f" {text.replace(' ', '  ')}\t/opt/job-{at}.sh" for at, text in enumerate(expressions)]
    found = schedules("\n".join(lines))
    assert len(expressions) == 4829
    assert list(found.values()) == expressions


def test_zones_and_clock_changes_are_those_of_the_dialect() -> None:
    """Berlin's clocks skip 02:30 on 28 March 2027: a fixed time runs right after the gap."""
    text = "0 0 28 3 * a\nCRON_TZ=Europe/Berlin\n30 2 28 3 * b\n*/30 2 28 3 * c\n"
    jobs = estate(text, "crontab").jobs
    start, end = parse_as_of("2027-03-27"), parse_as_of("2027-03-30")
    found = {}
    for name, job in jobs.items():
        assert job.schedule is not None
        found[name] = [rfc3339(at)[5:16] for at in job.schedule.starts(start, end)]
    assert found == {"a": ["03-28T00:00"], "b": ["03-28T01:00"], "c": []}


@pytest.mark.parametrize(
    ("line", "schedule"),
    [
        ("5 4 * * sun a", "5 4 * * sun"),
        ("\t 5\t4 *  * 7 a", "5 4 * * 7"),
        ("-*/5 * * * * a", "*/5 * * * *"),
        ("@hourly a", "@hourly"),
        ("-@hourly a", "@hourly"),
        ("0 0 5 4 * * a", "0 0 5 4 * *"),
        ("0 */5 * * * * a", "0 */5 * * * *"),
        ("5 4 * * * 7z", "5 4 * * *"),
        ("5 4 * * * 7 ", "5 4 * * *"),
        ("5 4 * * * a\r\n", "5 4 * * *"),
    ],
)
def test_the_times_of_a_line_are_read_as_cron_reads_them(line: str, schedule: str) -> None:
    (found,) = schedules(line).values()
    assert found == schedule


def test_wrong_values_are_refused_where_they_stand() -> None:
    text = "  60  1 * * * root /opt/a\r\n0 */5 * * * * root /opt/b\nCRON_TZ = 'Mars'\n@daily root /opt/c"
    places = [each.span for each in estate(text).invalid]
    assert [(each.line, each.column, each.end_column) for each in places] == [
        (1, 3, 14),
        (2, 1, 14),
        (3, 11, 17),
    ]


# Users -------------------------------------------------------------------------------------------

WITH_USERS = "0 1 * * * root /opt/one\n0 2 * * * deploy /opt/two\n"


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("etc/crontab", WITH_USERS, {"root-one", "deploy-two"}),
        ("files/cron.d/web", WITH_USERS, {"root-one", "deploy-two"}),
        ("anywhere", WITH_USERS, {"root-one", "deploy-two"}),
        ("standard input", WITH_USERS, {"root-one", "deploy-two"}),
        # Nobody is called root, or not every line can have a user: the sixth word is the program.
        ("anywhere", "0 1 * * * php /opt/a.php\n0 2 * * * deploy b", {"a", "deploy"}),
        ("anywhere", "0 1 * * * root a\n0 2 * * * /opt/b", {"root", "b"}),
        ("anywhere", "0 1 * * * root", {"root"}),
        # Below the spool each file is a user's.
        ("var/spool/cron/ann", "0 1 * * * root a", {"ann-root"}),
        ("files/crontabs/ann", "0 1 * * * /opt/a", {"ann-a"}),
    ],
)
def test_who_runs_a_job_is_told_by_the_path_or_by_root(
    path: str, text: str, names: set[str]
) -> None:
    found = read(text, path, SOURCE._replace(name="{user}-{name}"))
    assert found.document is not None
    assert set(found.document.entries["jobs"].entries) == names


# Hostile files -----------------------------------------------------------------------------------

WORDS = st.sampled_from([
    "0 3 * * *", "@daily", "@reboot", "~", "-", " ", "\t", "\n", "\r\n", "root", "/opt/a.sh", "%",
    "# opspolicy: name=a duration=1h", "#", "CRON_TZ=", "UTC", "=", "'", '"', "\\", "bash -c", "&&",
    "flock", "sudo -u", "cd", "(", "{{ x }}", "{% if %}", "${x}", "RANDOM_DELAY=5", "*", "é", "\0",
])  # fmt: skip
PATHS = st.sampled_from(["etc/crontab", "cron.d/a", "spool/a", "a", ""])


@given(PATHS, st.lists(WORDS | st.text(max_size=8), max_size=30).map(" ".join))
@settings(REPRODUCIBLE, max_examples=50)
def test_whatever_a_file_holds_it_is_read_or_refused(path: str, text: str) -> None:
    found = read(text, path, SOURCE)
    lines = text.count("\n") + 1
    assert (found.document is None) == bool(found.problems)
    for each in (*found.problems, *found.remarks):
        assert 1 <= each.span.line <= lines
        assert each.message


@given(st.lists(WORDS | st.text(max_size=8), max_size=20).map("".join))
@settings(REPRODUCIBLE, max_examples=50)
def test_whatever_a_command_is_it_has_a_name_that_stands_in_it(command: str) -> None:
    assert called(command) == called(command.strip())


@pytest.mark.parametrize(
    "unit",
    [
        "a\t=",
        "* * * * * " + "bash -c " * 120 + "\n",
        "* * * * * " + "\"'\\" * 330 + "\n",
        "# opspolicy: a=b\n",
    ],
)
@pytest.mark.prove
def test_a_file_of_the_largest_size_is_read_in_time(unit: str) -> None:
    began = time.perf_counter()
    read(("0 0 * * * root x\n" + unit * MIB)[:MIB], "anywhere", SOURCE)
    assert time.perf_counter() - began < HANG_GUARD_S


def test_of_what_isnt_understood_the_first_is_told_and_how_much_there_is() -> None:
    found = read("0 0 * * * a\n" + "who knows\n" * 100, "crontab", SOURCE)
    assert len(found.remarks) == 21
    assert (
        found.remarks[-1].message
        == "the rest, 80 lines, isn't imported: it isn't understood either"
    )


def test_a_crontab_of_more_jobs_than_anybody_has_is_refused() -> None:
    lines = [f"0 0 * * * /opt/{at}" for at in range(MOST_JOBS + 1)]
    assert not read("\n".join(lines[1:]), "crontab", SOURCE).problems
    (problem,) = read("\n".join(lines), "crontab", SOURCE).problems
    assert (problem.message, problem.span.line) == (
        "there are more than 10,000 jobs",
        MOST_JOBS + 1,
    )


@pytest.mark.parametrize("text", ["a\0b", "a\x1bb", "a\rb", "a\x85b", "a\u2028b", "a\ud800b"])
def test_what_no_text_has_is_refused(text: str) -> None:
    found = read(f"0 0 * * * x\n0 0 * * * {text}\n", "crontab", SOURCE)
    (problem,) = found.problems
    place = (problem.span.line, problem.span.column)
    assert (problem.rule, place) == ("unreadable-file", (2, len("0 0 * * * ") + 2))
    assert f"U+{ord(text[1]):04X}" in problem.message


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "MAILTO=root"])
def test_a_crontab_without_jobs_is_one(text: str) -> None:
    assert schedules(text) == {}

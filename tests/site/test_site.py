"""A site: whole, linked, its own directory's only master, and the same each time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import cli, rules
from opspolicy.site import names, writing
from tests.payloads import PAYLOADS
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "hydro-quebec" / "before"
AS_OF = "2027-09-01"


def made(directory: Path, estate: Path = EXAMPLE, code: int = 0) -> Path:
    """Write the site of an estate, and return its directory."""
    assert (
        cli.main(["site", str(directory), "-C", str(estate), "--as-of", AS_OF, "--no-cache", "-q"])
        == code
    )
    return directory


def files(directory: Path) -> dict[str, bytes]:
    """Return all files below a directory, by their paths."""
    return {
        each.relative_to(directory).as_posix(): each.read_bytes()
        for each in sorted(directory.rglob("*"))
        if each.is_file()
    }


@pytest.fixture(autouse=True)
def _stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the site of the founding incident."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return made(tmp_path_factory.mktemp("site") / "public")


class Links(HTMLParser):
    """The addresses that a page leads to, and the places in it that others may lead to."""

    def __init__(self) -> None:
        """Have read nothing yet."""
        super().__init__()
        self.found: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag
        for name, value in attrs:
            if name in {"href", "src"}:
                self.found.append(value or "")
            if name == "id":
                self.places.add(value or "")


def read(path: Path) -> Links:
    """Return the links of a page."""
    links = Links()
    links.feed(path.read_text(encoding="utf-8"))
    links.close()
    return links


def assert_linked(directory: Path) -> None:
    """Fail for a link that leads nowhere, and for a page that nothing leads to."""
    led_to = {"index.html"}
    for page in directory.rglob("*.html"):
        for each in read(page).found:
            parts = urlsplit(each)
            if parts.scheme:
                # The page of a rule may lead to the standard that it is about.
                assert (parts.scheme, page.parent.name) == ("https", "rules")
                continue
            assert not parts.netloc
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            assert target.is_file(), (page, each)
            assert target.is_relative_to(directory.resolve())
            led_to.add(target.relative_to(directory.resolve()).as_posix())
            if parts.fragment and "=" not in parts.fragment:
                assert parts.fragment in read(target).places
    unlinked = {
        each for each in files(directory) if each.endswith((".html", ".ics", ".svg"))
    } - led_to
    assert unlinked <= {"graph.svg"}


def test_all_there_is_to_see_is_there_and_linked(site: Path) -> None:
    found = files(site)
    assert {each for each in found if "/" not in each} == {
        ".nojekyll", writing.LIST, "calendar.html", "calendar.svg", "findings.html", "graph.html",
        "graph.json", "graph.svg", "index.html", "report.json",
    }  # fmt: skip
    assert {each for each in found if each.startswith("feeds/")} == {
        "feeds/all.ics", "feeds/index.html", "feeds/service-customer-portal.ics",
        "feeds/team-billing.ics", "feeds/team-digital.ics", "feeds/team-platform.ics",
    }  # fmt: skip
    assert {f"rules/{rule.slug}.html" for rule in rules.every()} < found.keys()
    assert_linked(site)
    assert json.loads(found["report.json"])["summary"]["error"] == 1
    overview = found["index.html"].decode()
    assert 'href="findings.html#ops-ef8e3df1' in overview
    assert "Sat 9 Oct 2027 00:00 to Mon 11 Oct 2027 00:30 (America/Toronto)" in overview
    # Where it lies on a machine is nobody's business.
    assert str(ROOT) not in "".join(each.decode() for each in found.values())


def test_a_feed_of_a_team_is_that_of_the_command(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["-C", str(EXAMPLE), "--as-of", AS_OF, "--no-cache", "--format", "ics"]
    assert cli.main(["timeline", *where, "--team", "billing"]) == 0
    assert capsys.readouterr().out == (site / "feeds/team-billing.ics").read_bytes().decode()


def test_the_same_estate_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    assert files(made(tmp_path / "again")) == files(site)


def test_a_later_run_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    directory = made(tmp_path / "public")
    first = files(directory)
    second = files(made(directory, ROOT / "examples/barclays/before"))
    assert "feeds/team-billing.ics" in first.keys() - second.keys()
    assert "feeds/team-mobile.ics" in second
    assert_linked(directory)
    assert files(made(directory)) == first


def test_what_was_cut_off_is_written_by_the_next_run(tmp_path: Path) -> None:
    def cut_off() -> object:
        yield "a.html", "a"
        yield "deep/b.html", "b"
        raise KeyboardInterrupt

    directory = tmp_path / "public"
    with pytest.raises(KeyboardInterrupt):
        writing.write(str(directory), cut_off(), [])  # type: ignore[arg-type]
    assert "deep/b.html" in files(directory)
    found = files(made(directory))
    assert "deep/b.html" not in found
    assert not (directory / "deep").exists()
    assert "index.html" in found


@pytest.mark.parametrize("name", ["notes.txt", "rules/mine.html", ".git"])
def test_a_directory_with_files_of_others_is_refused_as_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    directory = made(tmp_path / "public")
    (directory / name).write_text("mine", encoding="utf-8")
    before = files(directory)
    made(directory, ROOT / "examples/barclays/before", code=2)
    assert f"`{name}` isn't of an earlier run" in capsys.readouterr().err
    assert files(directory) == before


def test_a_list_that_somebody_wrote_permits_nothing(tmp_path: Path) -> None:
    directory = tmp_path / "public"
    directory.mkdir()
    (directory / "mine.txt").write_text("mine", encoding="utf-8")
    outside = tmp_path / "outside.txt"
    outside.write_text("theirs", encoding="utf-8")
    listed = f"{writing.HEADER}\n../outside.txt\n"
    (directory / writing.LIST).write_text(listed, encoding="utf-8")
    made(directory, code=2)
    (directory / "mine.txt").unlink()
    made(directory)
    assert outside.read_text(encoding="utf-8") == "theirs"


def test_links_are_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "linked").symlink_to(outside)
    made(tmp_path / "linked", code=2)
    assert "it is a link; name a directory" in capsys.readouterr().err
    directory = made(tmp_path / "public")
    (directory / "index.html").unlink()
    (directory / "index.html").symlink_to(tmp_path / "victim.txt")
    made(directory, code=2)
    assert not (tmp_path / "victim.txt").exists()
    assert not any(outside.iterdir())


def test_a_file_where_the_directory_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "public").write_text("mine", encoding="utf-8")
    made(tmp_path / "public", code=2)
    assert (tmp_path / "public").read_text(encoding="utf-8") == "mine"


def test_what_is_incomplete_says_so_on_every_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "a.yaml").write_text(
        "services: {a: {owner: x, depends_on: [gone]}}", encoding="utf-8"
    )
    directory = made(tmp_path / "public", estate, code=2)
    assert "not everything could be read" in capsys.readouterr().err
    for name in ("index", "calendar", "findings", "graph"):
        assert "The verdict is incomplete." in (directory / f"{name}.html").read_text(
            encoding="utf-8"
        )
    assert "INCOMPLETE" in (directory / "feeds/all.ics").read_text(encoding="utf-8")


def test_without_a_configuration_that_can_be_read_nothing_is_written(tmp_path: Path) -> None:
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "opspolicy.yaml").write_text("horizon: never", encoding="utf-8")
    made(tmp_path / "public", estate, code=2)
    assert not (tmp_path / "public").exists()


def test_owners_of_any_name_have_a_feed_and_a_file_of_their_own(tmp_path: Path) -> None:
    owners = ["../x", "a/b", "A", "a", "con", "..", "[a-z]*", *PAYLOADS[:40]]
    services = {f"s{at}": {"owner": owner} for at, owner in enumerate(owners)}
    windows = {
        f"w{at}": {
            "owner": owner,
            "takes_down": [f"s{at}"],
            "start": "2027-10-01T00:00Z",
            "duration": "1h",
        }
        for at, owner in enumerate(owners)
    }
    estate = tmp_path / "estate"
    estate.mkdir()
    declared = {"services": services, "maintenance_windows": windows}
    (estate / "a.yaml").write_text(json.dumps(declared), encoding="utf-8")
    code = cli.main(["check", "-C", str(estate), "--as-of", AS_OF, "--no-cache", "-q"])
    directory = made(tmp_path / "public", estate, code=2 if code == 2 else 0)
    assert_linked(directory)
    assert {each.name for each in tmp_path.iterdir()} == {"estate", "public"}


@given(
    st.lists(st.one_of(st.text(min_size=1, max_size=60), st.sampled_from(PAYLOADS)), unique=True)
)
@settings(derandomize=True, deadline=None, database=None, max_examples=200)
def test_file_names_are_plain_and_differ_on_every_file_system(given_: list[str]) -> None:
    found = names.files(given_)
    lowered = [each.lower() for each in found.values()]
    assert len({*lowered}) == len(given_)
    for name, file in found.items():
        assert Path(file).name == file
        assert all(each.isascii() and (each.isalnum() or each in "-._") for each in file)
        assert not file.startswith(".")
        assert not file.endswith(".")
        assert file.split(".")[0] not in {"con", "nul", "aux", "prn"}
        assert len(file) <= 100
        assert names.files([name])[name] == file


def test_the_workflow_that_publishes_is_what_github_takes(tmp_path: Path) -> None:
    """By its schema, and by what is known to be unsafe."""
    text = (ROOT / "docs" / "site.md").read_text(encoding="utf-8")
    (workflow,) = re.findall(
        r"```yaml\n(# \.github/workflows/calendar\.yml.*?)```", text, re.DOTALL
    )
    path = tmp_path / ".github/workflows/calendar.yml"
    path.parent.mkdir(parents=True)
    path.write_text(workflow, encoding="utf-8")
    programs = Path(sys.executable).parent
    for program, *options in (
        ("check-jsonschema", "--builtin-schema", "vendor.github-workflows"),
        ("zizmor", "--offline", "--no-progress", "--pedantic"),
    ):
        command = [str(word) for word in (programs / program, *options, path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_happens_once_beyond_the_horizon_is_planned_all_the_same(tmp_path: Path) -> None:
    estate = tmp_path / "estate"
    estate.mkdir()
    (estate / "a.yaml").write_text(
        "services: {a: {owner: t, customer_facing: true, customers: 7, business_hours: always}}\n"
        "maintenance_windows: {w: {owner: t, takes_down: [a], start: 2028-10-31T00:00Z, duration: 48h}}\n"
        "teams: {t: {}}\n",
        encoding="utf-8",
    )
    overview = (made(tmp_path / "public", estate) / "index.html").read_text(encoding="utf-8")
    assert "No outage is planned" not in overview
    assert "Tue 31 Oct 2028 00:00 to Thu 2 Nov 2028 00:00 (UTC)" in overview


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"mine\n"])
def test_a_list_of_somebody_elses_is_refused(content: bytes, tmp_path: Path) -> None:
    directory = tmp_path / "public"
    directory.mkdir()
    (directory / writing.LIST).write_bytes(content)
    made(directory, code=2)
    assert (directory / writing.LIST).read_bytes() == content


def test_a_list_of_any_length_is_known_again(tmp_path: Path) -> None:
    many = [(f"feeds/{'x' * 200}-{at}.ics", "x") for at in range(6_000)]
    assert writing.write(str(tmp_path), many, []) == 6_000
    assert len(writing.written(str(tmp_path))) == 6_000

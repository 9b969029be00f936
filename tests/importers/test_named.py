"""Files that a command names to be imported: by which names they are told of, and with which hints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from opspolicy import cli
from opspolicy.estate.formats import ALSO_CALLED, FORMATS, meant
from opspolicy.importers.named import OF_A_SOURCE
from tests.importers.test_in_place import BAD, CRON, bad, checked, write
from tests.shared import ROOT

if TYPE_CHECKING:
    from pathlib import Path


REFUSED_BY_ITSELF = ("compose", "crontab", "icalendar", "statuspage", "systemd", "terraform")
"""The formats whose reader says itself that a file is of another one."""


def told(capsys: pytest.CaptureFixture[str], *given: str) -> tuple[int, str, str]:
    """Return the exit code of an import, what it prints, and what it says on standard error."""
    code = cli.main(["import", *given])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("kind", ["broken", "huge", "templated", "hostile"])
@pytest.mark.parametrize("name", BAD)
def test_no_hint_is_about_a_source(
    name: str,
    kind: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, {BAD[name].path: bad(name)[kind]})
    monkeypatch.chdir(tmp_path)
    _, _, err = told(capsys, name, BAD[name].path)
    assert not re.search("exclude|`paths`|the source|its source", err)


def test_what_hints_say_of_a_source_is_still_said() -> None:
    """A hint that is worded anew would be shown as it is, to who has no source."""
    package = ROOT / "opspolicy"
    files = [*(package / "importers").rglob("*.py"), *(package / "estate").glob("*.py")]
    text = "".join(each.read_text(encoding="utf-8") for each in files if each.stem != "named")
    assert [said for said, _ in OF_A_SOURCE if said not in text] == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_file_makes_no_estate(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / BAD[name].path
    write(tmp_path, {BAD[name].path: " \n\n"})
    code, out, err = told(capsys, name, str(path))
    assert (code, out) == (2, "")
    assert "is empty" in err


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_of_another_format_is_told_of(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, {"a.yaml": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n"})
    code, out, err = told(capsys, name, str(tmp_path / "a.yaml"))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    entry = FORMATS[name].entry
    assert (name in REFUSED_BY_ITSELF) == (not entry or f"is {entry}" not in err)


def test_a_file_may_have_no_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a vendor has not planned yet is no mistake."""
    write(tmp_path, {"a.json": '{"scheduled_maintenances": []}'})
    code, out, err = told(capsys, "statuspage", str(tmp_path / "a.json"))
    assert (code, out, err) == (0, "# There is nothing here to import.\n", "")


class TestDirectories:
    """A directory stands for what a source would read of it."""

    def test_all_below_it(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {
            "k8s/a.yaml": CRON,
            "k8s/more/b.yml": CRON.replace("name: a", "name: b"),
            "k8s/README.md": "name: no YAML",
        })  # fmt: skip
        code, out, err = told(capsys, "kubernetes", str(tmp_path / "k8s"))
        assert (code, err) == (0, "")
        assert f"# {tmp_path}/k8s/a.yaml:4" in out
        assert f"# {tmp_path}/k8s/more/b.yml:4" in out

    def test_what_is_no_yaml(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {"units/a.timer": "[Timer]\nOnCalendar=daily\n"})
        code, out, _ = told(capsys, "systemd", f"{tmp_path}/units/")
        assert code == 0
        assert f"# {tmp_path}/units/a.timer:1" in out

    def test_what_cannot_be_looked_at(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path, {"k8s/a.yaml": CRON, "elsewhere/b.yaml": CRON})
        (tmp_path / "k8s" / "more").symlink_to(tmp_path / "elsewhere")
        monkeypatch.chdir(tmp_path)
        code, out, err = told(capsys, "kubernetes", "k8s")
        assert code == 2
        assert "jobs:" in out
        assert err.startswith("opspolicy: k8s/more:1:1: `k8s/more` can't be read")
        assert "exclude" not in err

    def test_no_link_leads_out_of_it(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        write(tmp_path, {"d/a.yaml": CRON, "secret.yaml": CRON.replace("name: a", "name: b")})
        (tmp_path / "d" / "b.yaml").symlink_to(tmp_path / "secret.yaml")
        code, out, err = told(capsys, "kubernetes", str(tmp_path / "d"))
        assert code == 2
        assert "secret" not in out
        assert "  b:" not in out
        assert "d/b.yaml` can't be read: it leads outside" in err

    def test_a_file_may_be_a_link(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {"k8s/a.yaml": CRON})
        (tmp_path / "here").mkdir()
        (tmp_path / "here" / "b.yaml").symlink_to(tmp_path / "k8s" / "a.yaml")
        code, out, _ = told(capsys, "kubernetes", str(tmp_path / "here" / "b.yaml"))
        assert code == 0
        assert "here/b.yaml:4" in out


class TestNamesOfFormats:
    """What people call a format otherwise."""

    @pytest.mark.parametrize(("said", "name"), ALSO_CALLED.items())
    def test_other_names(self, said: str, name: str) -> None:
        assert name in FORMATS
        assert meant(said.upper()) == f"did you mean `{name}`?"

    def test_in_a_configuration(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        write(tmp_path, {
            "opspolicy.yaml": "sources: [{format: k8s, paths: [k8s/*.yaml]}]\n",
            "k8s/a.yaml": CRON,
            "ops/a.yaml": "services: {}\n",
        })  # fmt: skip
        code, report = checked(tmp_path, capsys)
        assert code == 2
        assert report["findings"][0]["hint"] == "did you mean `kubernetes`?"

    def test_nothing_like_it(self) -> None:
        assert meant("jenkins") == ""

"""The benchmarks compare like with like: the same bytes, and the same findings."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from benchmarks import agree, commands, estates, naive, peers, tables

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = (estates.SEED, 1, 3)


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(directory.glob("ops/*"))}


def ours(directory: Path) -> list[dict[str, Any]]:
    """Return what the whole program finds in a small estate."""
    options = ("--no-cache", "--format", "json")
    return agree.ask(commands.check("opspolicy", directory, estates.SMALL.days, *options, code=1))


class Compared(NamedTuple):
    """What the naive stack finds in a small estate, and how that compares."""

    found: list[dict[str, Any]]
    agreement: agree.Agreement


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[Compared]:
    """Return the small estates of some seeds, compared."""
    done = []
    for seed in SEEDS:
        directory = tmp_path_factory.mktemp(f"seed-{seed}")
        estates.write(estates.SMALL, directory, seed)
        found = naive.check(directory, commands.AS_OF, estates.SMALL.days)
        done.append(Compared(found, agree.compare(found, ours(directory))))
    return done


@pytest.mark.prove
def test_the_naive_stack_finds_what_opspolicy_finds(compared: list[Compared]) -> None:
    for seed, (_, agreement) in zip(SEEDS, compared, strict=True):
        assert agreement.differences == (), f"seed {seed}: {agreement}"
        # Much collides in it, else this would say little.
        assert agreement.findings > 50
        assert agreement.occurrences > 500


@pytest.mark.prove
def test_the_small_estates_have_collisions_of_every_kind(compared: list[Compared]) -> None:
    found = [each for one in compared for each in one.found]
    assert {each["code"] for each in found} == set(agree.CODES)
    assert {len(each["causes"]) for each in found} >= {1, 2}


@pytest.mark.parametrize(
    ("wrong", "shown"),
    [
        ({"code": "OPS302"}, "only the naive stack finds OPS302 on service/shop because of w:"),
        ({"subjects": ["service/mail"]}, "only the naive stack finds OPS301 on service/mail "),
        ({"causes": ["v", "w"]}, "only the naive stack finds OPS301 on service/shop because of v, w:"),
        ({"occurrences": []}, "only opspolicy finds OPS301 on service/shop because of w: a/b"),
    ],
)  # fmt: skip
def test_any_difference_is_told(wrong: dict[str, Any], shown: str) -> None:
    found: dict[str, Any] = {
        "code": "OPS301",
        "subjects": ["service/shop"],
        "causes": ["w"],
        "occurrences": [{"start": "a", "end": "b"}],
    }
    assert agree.compare([found], [found]).differences == ()
    assert shown in str(agree.compare([found | wrong], [found]))
    assert agree.compare([found, found], [found]).differences == (
        "the naive stack has 2, opspolicy 1",
    )


def test_findings_of_other_rules_are_not_compared() -> None:
    other = {"code": "OPS105", "subjects": [], "causes": [], "occurrences": []}
    assert str(agree.compare([], [other])).startswith("neither finds anything")


@pytest.mark.parametrize("size", [estates.SMALL, estates.TYPICAL], ids=lambda size: size.name)
def test_a_seed_gives_the_same_bytes(tmp_path: Path, size: estates.Size) -> None:
    for name, seed in (("one", 7), ("same", 7), ("other", 8)):
        estates.write(size, tmp_path / name, seed)
    one, same, other = (contents(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert one != other


def test_the_typical_estate_stays_what_it_was(tmp_path: Path) -> None:
    # Figures of two versions can only be held against each other on the same bytes.
    estates.write(estates.TYPICAL, tmp_path)
    digest = hashlib.sha256("\0".join(contents(tmp_path).values()).encode()).hexdigest()
    assert digest == "adfce8f6f4e37875bcf9248205b282e5dc67749414416bea1f78df645aaf0860"


def test_templates_are_no_larger_than_the_files_in_whose_place_they_are(tmp_path: Path) -> None:
    estates.write(estates.TYPICAL, tmp_path)
    templates = peers.cloudformation(tmp_path, tmp_path / "templates")
    assert len(templates) == estates.TYPICAL.files + 1
    larger = [
        path.name
        for path in templates
        if path.stat().st_size > (tmp_path / "ops" / path.name).stat().st_size
    ]
    assert larger == []
    # And nearly as large: less than one more resource is missing.
    total, written = (
        sum(path.stat().st_size for path in directory.glob("*.yaml"))
        for directory in (tmp_path / "ops", tmp_path / "templates")
    )
    assert written > total - len(peers.RULE) * len(templates)


def test_what_is_written_replaces_only_what_was_written_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = tables.PAGE.read_text("utf-8")
    assert text.count(tables.BEGIN) == text.count(tables.END) == 1
    page = tmp_path / "performance.md"
    monkeypatch.setattr(tables, "PAGE", page)
    page.write_text(f"before\n{tables.BEGIN}old\n{tables.END}after\n", "utf-8")
    tables.write("new")
    tables.write("newer")
    assert page.read_text("utf-8") == (f"before\n{tables.BEGIN}\nnewer\n{tables.END}after\n")
    page.write_text("no markers\n", "utf-8")
    with pytest.raises(ValueError, match=r"performance\.md has no line"):
        tables.write("new")

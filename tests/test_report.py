"""Reports: what names a finding in short."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy.report import Finding, prefixes
from opspolicy.source.span import Note, Span

DIGITS = st.text(alphabet="ab", min_size=12, max_size=12)


def finding(fingerprint: str) -> Finding:
    """Return a finding by its fingerprint."""
    place = Note(Span("a.yaml", 1, 1, 1, 2), "here")
    return Finding(fingerprint, fingerprint, "OPS000", "rule", "policy", "error", "wrong", place)


def test_prefixes_are_unique_and_as_short_as_can_be() -> None:
    prints = ["ops-" + digits + "0" * 20 for digits in ("aaaaaaaa1b", "aaaaaaaa1c", "bbbbbbbbbb")]
    assert prefixes(finding(each) for each in [*prints, prints[0]]) == {
        prints[0]: "ops-aaaaaaaa1b",
        prints[1]: "ops-aaaaaaaa1c",
        prints[2]: "ops-bbbbbbbb",
    }


@given(st.lists(DIGITS, max_size=30))
@settings(derandomize=True, database=None, deadline=None, max_examples=200)
def test_a_prefix_names_one_finding_and_a_shorter_one_does_not(digits: list[str]) -> None:
    prints = {f"ops-{each}" for each in digits}
    found = prefixes(finding(each) for each in prints)
    assert set(found) == prints
    for whole, short in found.items():
        assert [each for each in prints if each.startswith(short)] == [whole]
        shorter = short[:-1]
        alike = [each for each in prints if each.startswith(shorter)]
        assert len(short) == len("ops-") + 8 or len(alike) > 1

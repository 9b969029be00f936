"""Backstage catalogues: two real ones, and texts that nobody should have to wait for."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import importers
from opspolicy.estate.estate import assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from opspolicy.importers.backstage import buildkite
from opspolicy.source.files import parse
from tests import shared, worlds
from tests.laws import REPRODUCIBLE

if TYPE_CHECKING:
    from opspolicy.report import Finding

ELASTIC = shared.DATA / "graphs" / "backstage_elastic.yaml"
MIB = 1024 * 1024
HANG = 10
"""Seconds after which a text has stopped a check; the slowest takes two on a busy machine."""

HEAD = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: web}\n"
KEYS = ("dependsOn", "dependencyOf", "providesApis", "consumesApis")
KINDS = ("Component", "Resource", "System", "API", "Group", "User", "component")


def read(text: str, name: str = "") -> Foreign:
    """Return a catalogue, read in place."""
    source = Source("backstage", paths=("catalog-info.yaml",), name=name)
    return Foreign("catalog-info.yaml", text, None, (importers.reading(source),))


def plain(text: str, name: str = "") -> Any:  # noqa: ANN401 - as varied as the language
    """Return the document that a catalogue comes to."""
    file = read(text, name)
    assert file.problems == ()
    return file.documents[0].plain()


@shared.needs_data
class TestElastic:
    """elastic/rally and elastic/logstash, with the defects that their files have."""

    @staticmethod
    def findings() -> tuple[Finding, ...]:
        return worlds.findings(assemble([read(ELASTIC.read_text(encoding="utf-8"))]))

    def line(self, needle: str) -> int:
        """Return the one line that begins with a text, apart from indentation."""
        lines = ELASTIC.read_text(encoding="utf-8").split("\n")
        (found,) = [at for at, each in enumerate(lines, 1) if each.lstrip().startswith(needle)]
        return found

    def test_services(self) -> None:
        services = plain(ELASTIC.read_text(encoding="utf-8"))["services"]
        assert {name: each["owner"] for name, each in services.items()} == {
            "rally": "es-perf",
            "rally-it-pipeline": "es-perf",
            "logstash": "ingest-fp",
            "buildkite-logstash-serverless-integration-testing": "ingest-fp",
        }
        depends_on = {name: each.get("depends_on") for name, each in services.items()}
        assert {name for name, each in depends_on.items() if each} == {"rally"}

    def test_what_is_declared_nowhere(self) -> None:
        (found,) = [each for each in self.findings() if each.rule == "unknown-reference"]
        assert "`marbi-buildkite-pipeline`" in found.message
        assert found.place.span.line == self.line("spec: {type: application")

    def test_missing_lifecycle(self) -> None:
        (found,) = [each for each in self.findings() if "spec.lifecycle" in each.message]
        assert "Component `logstash`" in found.message
        assert found.rule == "not-imported"
        assert found.place.span.line == self.line("spec: {type: tool")

    def test_a_daily_benchmark_every_hour(self) -> None:
        (found,) = [each for each in self.findings() if "Daily Benchmark" in each.message]
        assert found.message.endswith("it says every day, the schedule starts every hour")
        assert found.place.span.line == self.line("Daily Benchmark on main Branch")

    def test_nothing_else_is_told(self) -> None:
        told = [each.rule for each in self.findings()]
        assert sorted(told) == ["not-imported", "not-imported", "unknown-reference"]


def test_a_dependency_stands_where_it_is_referred_to() -> None:
    text = (
        HEAD
        + "spec:\n  dependsOn:\n    - resource:db\n---\n"
        + HEAD.replace("Component", "Resource").replace("web", "db")
        + "spec:\n  dependencyOf: [component:web]\n---\n"
        + HEAD.replace("Component", "Resource").replace("web", "bus")
        + "spec:\n  dependencyOf:\n    - component:web\n"
    )
    web = read(text).documents[0].find("services", "web", "depends_on")
    assert web is not None
    assert [(each.value, each.line) for each in web.items] == [("db", 6), ("bus", 19)]


def test_without_groups_any_owner_will_do() -> None:
    of_web = HEAD + "spec: {type: service, lifecycle: production, owner: payments}\n"
    group = HEAD.replace("Component", "Group").replace("web", "search")
    assert worlds.findings(assemble([read(of_web)])) == ()
    told = worlds.findings(assemble([read(f"{of_web}---\n{group}")]))
    (found,) = [each for each in told if each.rule == "missing-owner"]
    assert "`payments`" in found.message
    assert found.place.span.line == 4


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("Daily Benchmark on main Branch", "@hourly", "every day"),
        ("Run the quick benchmark every day.", "@hourly", "every day"),
        ("weekly", "0 0 * * *", "every week"),
        ("hourly", "@daily", "every hour"),
        ("monthly", "@weekly", "every month"),
        ("Nightly build", "0 3 * * *", ""),
        ("daily", "@daily", ""),
        # Which of the two is meant isn't known.
        ("daily and weekly", "@hourly", ""),
        ("benchmark", "@hourly", ""),
        # Not cron's grammar.
        ("daily", "0 0 * * * Europe/Berlin", ""),
        ("daily", "", ""),
        ("daily", "*" * 10_000, ""),
    ],
)
def test_names_that_mislead(text: str, line: str, says: str) -> None:
    schedule = f"{{{text}: {{cronline: '{line}'}}}}"
    spec = f"{{type: {buildkite.PIPELINE}, implementation: {{spec: {{schedules: {schedule}}}}}}}"
    remarks = read(f"{HEAD}spec: {spec}\n").remarks
    (told,) = [each for each in remarks if "Buildkite" in each.message]
    assert ("misleading" in told.message) == bool(says)
    assert says in told.message


REFERENCES = st.one_of(
    st.sampled_from(["db", "resource:db", "a/b", ":", "/", "x:/", "group:g", "{{ x }}", "", "ÄÖ"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=8),
    st.none(),
    st.integers(),
    st.lists(st.text("ab", max_size=2), max_size=1),
)
LISTS = st.one_of(st.lists(REFERENCES, max_size=4), REFERENCES)
SPECS = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(KEYS, LISTS),
            **dict.fromkeys(("type", "lifecycle", "owner", "system"), REFERENCES),
            "implementation": st.just({"spec": {"schedules": {"daily": {"cronline": "@hourly"}}}}),
        },
    ),
    REFERENCES,
)
METADATA = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "name": REFERENCES,
            "namespace": REFERENCES,
            "title": REFERENCES,
            "tags": LISTS,
            "annotations": st.dictionaries(
                st.sampled_from(["opspolicy.dev/owner", "opspolicy.dev/", "x"]), REFERENCES
            ),
        },
    ),
    REFERENCES,
)
ENTITIES = st.fixed_dictionaries(
    {},
    optional={
        "apiVersion": st.sampled_from(["backstage.io/v1alpha1", "backstage.io/v1beta1", "", 1]),
        "kind": st.one_of(st.sampled_from(KINDS), REFERENCES),
        "metadata": METADATA,
        "spec": SPECS,
    },
)


@settings(REPRODUCIBLE, max_examples=50)
@given(st.lists(ENTITIES, max_size=5), st.sampled_from(["", "{kind}/{name}", "{file}-{name}"]))
def test_whatever_the_entities_say_is_read_or_told(entities: list[object], name: str) -> None:
    # JSON is YAML, and every character can stand in it.
    import json  # noqa: PLC0415 - only here

    text = "\n---\n".join(json.dumps(each, ensure_ascii=False) for each in entities)
    file = read(text, name)
    assert all(each.span.line >= 1 and each.message for each in (*file.problems, *file.remarks))
    worlds.findings(assemble([file]))


@settings(REPRODUCIBLE, max_examples=50)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    file = read(text)
    assert file.problems or file.documents


def filled(unit: str, head: str = "", tail: str = "") -> str:
    """Return a text of 1 MiB that repeats a part of it, with a number in place of `%d`."""
    parts, size = [head], len(head) + len(tail)
    at = 0
    while True:
        part = unit.replace("%d", str(at))
        size += len(part.encode())
        if size > MIB:
            return "".join([*parts, tail])
        parts.append(part)
        at += 1


ADVERSARIAL = {
    "without a kind": filled("r%d,", f"{HEAD}spec: {{dependencyOf: [", "]}\n"),
    "colons": filled(":", f'{HEAD}spec: {{dependsOn: ["', '"]}\n'),
    "long names": filled(
        f"---\n{HEAD}spec: {{dependsOn: ['component:{'n' * 50_000}%d']}}\n".replace(
            "web", "w" * 9_000 + "%d"
        )
    ),
    "entities": filled(f"---\n{HEAD}".replace("web", "e%d") + "spec: {dependencyOf: [e0]}\n"),
    "brackets": "[" * MIB,
    "templates": filled("{{ x }}"),
    "zeros": "\0" * MIB,
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.prove
def test_no_text_takes_long(name: str) -> None:
    file, begun = read(ADVERSARIAL[name]), time.perf_counter()
    assert file.problems or file.documents
    assert sum(len(each.message) + len(each.hint) for each in file.remarks) < 200 * MIB
    assert time.perf_counter() - begun < HANG


NEEDS = (
    "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop, annotations: {%s}}\n"
    "spec: {type: a, lifecycle: b, owner: c, dependsOn: ['%s']}\n"
)
OTHER = "apiVersion: backstage.io/v1alpha1\nkind: %s\nmetadata: {name: db, namespace: %s}\n"
SPEC = "spec: {type: a, lifecycle: b, owner: c}\n"


@pytest.mark.parametrize("is_one_file", [True, False])
@pytest.mark.parametrize(
    ("reference", "annotation", "other", "own", "told"),
    [
        ("resource:db", "", ("Component", "default"), "", "`db` is `component:db`"),
        ("component:db", "", ("Component", "other"), "", "`db` is `component:other/db`"),
        ("component:DEFAULT/db", "", ("Component", "default"), "", ""),
        ("component:db", "", ("Component", "default"), "", ""),
        # Who says it otherwise means what is said there.
        ("resource:db", "opspolicy.dev/depends_on: '[db]'", ("Component", "default"), "", ""),
        ("resource:db", "", ("Component", "default"), "services: {shop: {depends_on: [db]}}", ""),
        ("resource:db", "", ("Group", "default"), "services: {db: {}}", ""),
    ],
)
def test_a_namesake_is_not_taken_for_what_is_meant(
    reference: str,
    annotation: str,
    other: tuple[str, str],
    own: str,
    told: str,
    *,
    is_one_file: bool,
) -> None:
    texts = [NEEDS % (annotation, reference), OTHER % other + SPEC]
    texts = ["---\n".join(texts)] if is_one_file else texts
    reading = importers.reading(Source("backstage"))
    files = [Foreign(f"{at}.yaml", text, None, (reading,)) for at, text in enumerate(texts)]
    estate = assemble([*files, parse("ops/a.yaml", own or "services: {}")])
    problems = [each for each in estate.problems if each.rule == "unknown-reference"]
    assert [told in each.message and each.by for each in problems] == (
        ["service/shop"] if told else []
    )


def test_what_names_stand_for_is_remembered() -> None:
    file = read(
        "---\n".join([NEEDS % ("", "resource:db"), OTHER % ("Component", "default") + SPEC])
    )
    again = read(file.text)
    again.recalled(json.loads(json.dumps(file.kept())))
    assert again.meanings == file.meanings
    assert [each.what for each in file.meanings if each.by] == ["resource:db", "group:c", "group:c"]
    moved = file.at_path("else/where.yaml").meanings
    assert {each.span.file for each in moved} == {"else/where.yaml"}

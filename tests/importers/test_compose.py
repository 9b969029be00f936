"""Compose files: a real project's three, and texts that nobody should have to wait for."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opspolicy import importers
from opspolicy.estate.estate import assemble
from opspolicy.estate.foreign import Foreign
from opspolicy.estate.sources import Source
from tests import shared, worlds
from tests.laws import REPRODUCIBLE

OTEL_DEMO = "graphs/otel_demo.json"
MIB = 1024 * 1024
HANG = 10
"""Seconds after which a text has stopped a check; the slowest takes two on a busy machine."""


def read(text: str, path: str = "compose.yaml", name: str = "") -> Foreign:
    """Return a Compose file, read in place."""
    source = Source("compose", paths=(path,), name=name)
    return Foreign(path, text, None, (importers.reading(source),))


def services(text: str, path: str = "compose.yaml") -> dict[str, Any]:
    """Return the services that a file comes to; nothing of it may be left out."""
    file = read(text, path)
    assert (file.problems, file.remarks) == ((), ())
    found = file.documents[0].plain()
    assert isinstance(found, dict)
    return dict(found["services"])


@shared.needs_data
class TestOtelDemo:
    """open-telemetry/opentelemetry-demo, whose files are written again from their facts."""

    @staticmethod
    def texts(*, short: bool = False) -> dict[str, str]:
        """Return the files, with the long form of dependencies or the short one."""
        data = shared.load(OTEL_DEMO)
        files: dict[str, dict[str, Any]] = {path: {} for path in data["source"]["paths"]}
        for name, service in data["services"].items():
            for path in service["files"]:
                files[path][name] = {"image": f"demo:{name}"}
        for edge in data["edges"]:
            needed = files[edge["file"]][edge["from"]].setdefault("depends_on", {})
            needed[edge["to"]] = {"condition": edge["condition"]}
            if edge["required"] is not None:
                needed[edge["to"]]["required"] = edge["required"]
        if short:
            for each in (one for file in files.values() for one in file.values()):
                each["depends_on"] = list(each.get("depends_on", ()))
        return {path: json.dumps({"services": file}) for path, file in files.items()}

    @pytest.mark.parametrize("short", [False, True])
    def test_all_services_and_dependencies(self, *, short: bool) -> None:
        data = shared.load(OTEL_DEMO)
        found: set[str] = set()
        edges: list[tuple[str, str, str]] = []
        for path, text in self.texts(short=short).items():
            for name, each in services(text, path).items():
                found.add(name)
                edges += [(name, needed, path) for needed in each.get("depends_on", ())]
        assert found == set(data["services"])
        assert sorted(edges) == sorted(
            (each["from"], each["to"], each["file"]) for each in data["edges"]
        )
        assert (len(found), len({each[:2] for each in edges})) == (28, 58)


def test_a_dependency_stands_where_it_is_written() -> None:
    text = (
        "services:\n"
        "  web:\n"
        "    depends_on:\n"
        "      db:\n"
        "        condition: service_healthy\n"
        "        required: false\n"
        "      cache: {condition: service_started}\n"
        "  api:\n"
        "    links:\n"
        "      - db:database\n"
        "    network_mode: service:proxy\n"
    )
    root = read(text).documents[0]
    soft = root.find("services", "web", "depends_on", 0)
    assert soft is not None
    assert [(key, each.value, each.line) for key, each in soft.entries.items()] == [
        ("service", "db", 4),
        ("strength", "soft", 6),
    ]
    needed = root.find("services", "api", "depends_on")
    assert needed is not None
    assert [(each.value, each.line) for each in needed.items] == [("db", 10), ("proxy", 11)]


def test_a_service_that_no_file_has_is_pointed_at() -> None:
    text = "services:\n  web:\n    depends_on:\n      - dbb\n  db:\n"
    told = worlds.findings(assemble([read(text)]))
    (found,) = [each for each in told if each.rule == "unknown-reference"]
    assert (found.place.span.line, found.place.span.column) == (4, 9)
    assert "`dbb`" in found.message


@pytest.mark.parametrize("required", ["false", "no", '"false"', "off"])
def test_what_compose_can_do_without_is_soft(required: str) -> None:
    found = services(f"services: {{web: {{depends_on: {{db: {{required: {required}}}}}}}}}")
    assert found["web"]["depends_on"] == [{"service": "db", "strength": "soft"}]


def test_needed_in_one_place_is_needed() -> None:
    text = "services: {web: {depends_on: {db: {required: false}}, links: [db, db:x]}}"
    assert services(text)["web"]["depends_on"] == ["db"]


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-9, 9),
        st.sampled_from(["db", "web", "$X", "${X:-y}", "$$", "{{ x }}", "service:db", "a:b", ""]),
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["db", "web", "required", "file", "$X"]), inner),
    ),
    max_leaves=6,
)
KEYS = ("depends_on", "links", "network_mode", "profiles", "extends", "labels")
LABELS = st.dictionaries(st.sampled_from(["opspolicy.dev/owner", "opspolicy.dev/", "x"]), VALUES)
SERVICES = st.one_of(
    st.fixed_dictionaries({}, optional={**dict.fromkeys(KEYS, VALUES), "labels": LABELS}), VALUES
)
ROOTS = st.fixed_dictionaries(
    {"services": st.dictionaries(st.sampled_from(["web", "db", "--", "$X", "{{ x }}"]), SERVICES)},
    optional={"name": VALUES, "include": VALUES, "x-more": VALUES},
)


@settings(REPRODUCIBLE, max_examples=50)
@given(st.one_of(ROOTS, VALUES), st.sampled_from(["", "{project}/{name}", "{file}-{name}"]))
def test_whatever_a_file_says_is_read_or_told(root: object, name: str) -> None:
    # JSON is YAML, and every character can stand in it.
    file = read(json.dumps(root, ensure_ascii=False), name=name)
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
    while True:
        part = unit.replace("%d", str(len(parts)))
        size += len(part.encode())
        if size > MIB:
            return "".join([*parts, tail])
        parts.append(part)


CHAIN = "".join(f"  s{at}: {{extends: s{at + 1}, depends_on: [s0]}}\n" for at in range(6_000))
ADVERSARIAL = {
    "variables": filled("$A%d,", "services: {web: {depends_on: [", "]}}\n"),
    "dollars": filled("$$", "services:\n  web: {depends_on: ['", "']}\n"),
    "some dollars": filled("$", "services:\n  web: {depends_on: ['", "']}\n")[:60_000] + "']}\n",
    "a chain of extends": f"services:\n{CHAIN}",
    "aliases": "x-a: &a [{}]\nservices:\n{}".format(
        ",".join(f"s{at}" for at in range(1000)),
        "".join(f"  s{at}: {{depends_on: *a, links: *a}}\n" for at in range(99)),
    ),
    "brackets": "services: " + "[" * MIB,
    "templates": filled("{{ x }}\n"),
    "zeros": "\0" * MIB,
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.prove
def test_no_text_takes_long(name: str) -> None:
    file, begun = read(ADVERSARIAL[name]), time.perf_counter()
    assert file.problems or file.documents
    assert sum(len(each.message) + len(each.hint) for each in file.remarks) < 200 * MIB
    assert time.perf_counter() - begun < HANG

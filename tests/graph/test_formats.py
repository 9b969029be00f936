"""Every format: it tells the same graph, obeys its grammar, and nothing in a name is obeyed."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from opspolicy import encode
from opspolicy.graph import as_dot, as_json, as_mermaid, as_svg, as_text, chosen, words
from opspolicy.output import Style
from opspolicy.output.page import graph as page
from opspolicy.picture.choice import Chosen, Look
from tests import sinks, worlds
from tests.explain.scenes import scene
from tests.graph import readers
from tests.graph.test_drawn import CIRCLES, dense, many
from tests.graph.worlds import BANK, graph, of_world
from tests.laws import REPRODUCIBLE
from tests.oracle.estates import estates
from tests.payloads import PAYLOADS
from tests.shared import ROOT

if TYPE_CHECKING:
    from opspolicy.graph.drawn import Drawn
    from tests.oracle.estates import World

SCHEMA = Draft202012Validator(
    json.loads((ROOT / "schemas" / "graph.schema.json").read_text(encoding="utf-8"))
)
WRITERS = {"mermaid": as_mermaid.render, "dot": as_dot.render, "svg": as_svg.render}
LAWS = settings(REPRODUCIBLE, max_examples=20)


def document(drawn: Drawn) -> dict[str, object]:
    """Return the document of a graph, which must keep to the schema."""
    found: dict[str, object] = json.loads(encode.as_json(as_json.document(drawn)))
    SCHEMA.validate(found)
    return found


@LAWS
@given(world=estates(), which=st.integers(0, 7))
def test_every_format_tells_the_same(world: World, which: int) -> None:
    services = sorted(world[0]["services"])
    ref = f"service/{services[which]}" if which < len(services) else None
    assert_same(of_world(world, ref))


def assert_same(drawn: Drawn) -> None:
    """All formats show the same nodes in the same order, and the same edges."""
    edges = [(each.start, each.end, each.kind) for each in drawn.edges]
    found = document(drawn)
    nodes, lines = found["nodes"], found["edges"]
    assert isinstance(nodes, list)
    assert isinstance(lines, list)
    assert [each["id"] for each in nodes] == [each.ref for each in drawn.nodes]
    assert [(each["from"], each["to"], each["kind"]) for each in lines] == edges
    refs = {f"n{at}": each.ref for at, each in enumerate(drawn.nodes)}
    for name, write in WRITERS.items():
        read = readers.READERS[name](write(drawn))
        assert list(read.nodes.values()) == [each.name for each in drawn.nodes], name
        if name == "svg":
            assert [kind for _, _, kind in read.edges] == [kind for _, _, kind in edges]
        else:
            named = [(refs[start], refs[end], kind) for start, end, kind in read.edges]
            assert named == edges, name
        if drawn.impact is not None:
            told = words.told(drawn.impact).replace("`", "")
            assert sinks.visible(told) in sinks.visible(read.said), name
    if drawn.impact is None:
        written = as_text.render(drawn, Look(width=200, verbose=True))
        by_name = {each.ref: each.name for each in drawn.nodes}
        pairs = {(by_name[start], by_name[end]) for start, end, _ in edges}
        shown = readers.tree(written, {*by_name.values()})
        # On the screen nothing else tells two groups apart.
        assert shown == pairs


@pytest.mark.parametrize("text", [BANK, CIRCLES, "services: {}", "services: {a: {}}"])
def test_small_ones(text: str) -> None:
    assert_same(graph(text))


@pytest.mark.parametrize(
    "ref",
    ["service/ledger", "service/chat", "job/post", "maintenance_window/move",
     "maintenance_window/lost"],
)  # fmt: skip
def test_impacts(ref: str) -> None:
    drawn = graph(BANK, ref)
    assert_same(drawn)
    for width in (60, 80, 120):
        for plain in (False, True):
            written = as_text.render(drawn, Look(width=width, plain=plain))
            assert plain <= written.isascii()
            assert max(map(len, written.split("\n"))) <= width


def test_how_it_fails_is_told_without_colour() -> None:
    drawn = graph(BANK, "service/ledger")
    states = Counter(each.state for each in drawn.services if each.state)
    written = as_svg.render(drawn)
    for state, said in words.SHORT.items():
        # Once in each box, and once in the legend.
        assert len(re.findall(f">[✕~] {said}<", written)) == states[state]
        assert f">{said}</text>" in written
    assert as_mermaid.render(drawn).count("DOWN WITH IT") == 3
    assert as_dot.render(drawn).count("DEGRADED") == 1


def test_what_shows_only_ascii_is_sent_only_ascii() -> None:
    text = BANK.replace("title: Ledger", "title: Grand livre é 客户")
    for ref in (None, "service/ledger"):
        assert as_text.render(graph(text, ref), Look(plain=True)).isascii()


def test_colour_is_only_colour() -> None:
    for drawn in (graph(BANK), graph(BANK, "service/ledger")):
        plain = as_text.render(drawn, Look())
        colored = as_text.render(drawn, Look(color=True))
        assert colored != plain
        assert re.sub(r"\x1b\[[\d;]*m", "", colored) == plain


# Large ones ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ref", [None, "service/s7"])
def test_much_is_drawn_in_part_and_says_so(ref: str | None) -> None:
    drawn = graph(many(250), ref)
    text = as_mermaid.render(drawn)
    read = readers.mermaid(text)
    assert len(read.edges) <= 500
    assert len(text) <= 50_000
    assert 20 < len(read.nodes) <= 150
    assert "Not drawn: " in read.said
    assert text.count("left_out[") == 1
    written = as_svg.render(drawn)
    shown = readers.svg(written)
    assert "Not drawn: " in shown.said
    size = re.search(r'width="(\d+)" height="(\d+)"', written)
    assert size is not None
    assert max(int(size[1]), int(size[2])) < 4_500
    assert len(readers.dot(as_dot.render(drawn)).nodes) == len(drawn.nodes) == 500
    printed = as_text.render(drawn, Look())
    assert printed.count("\n") < 300
    assert "-v" in printed
    everything = as_text.render(drawn, Look(verbose=True))
    assert all(f"s{at}  " in everything for at in range(250))
    assert max(map(len, everything.split("\n"))) <= 100


def test_a_long_chain_is_no_long_picture() -> None:
    lines = [f"  s{at}: {{depends_on: [s{at + 1}]}}" for at in range(140)]
    drawn = graph("\n".join(["services:", *lines, "  s140: {}"]), "service/s140")
    width = re.search(r'width="(\d+)"', as_svg.render(drawn))
    assert width is not None
    assert int(width[1]) < 4_500
    written = as_text.render(drawn, Look(width=60, verbose=True))
    assert max(map(len, written.split("\n"))) <= 60
    assert all(f"s{at}  " in written for at in range(141))


def hub(count: int) -> str:
    """Return a service that needs as many as nothing declares, and one for which no room is left."""
    needs = ", ".join(f"u{at}" for at in range(count))
    return f"services: {{hub: {{depends_on: [{needs}]}}, alone: {{depends_on: [hub]}}}}"


@pytest.mark.parametrize("ref", [None, "service/hub"])
def test_a_service_that_names_too_much_is_drawn_in_part_and_says_so(ref: str | None) -> None:
    drawn = graph(hub(700), ref)
    written = as_mermaid.render(drawn)
    read = readers.mermaid(written)
    assert len(read.edges) <= 500
    assert 100 < len(read.nodes) <= 150
    assert f"{700 - len(read.edges)} lines to what the drawn ones need" in read.said
    assert "Not drawn: 1 more service" in read.said
    picture = readers.svg(as_svg.render(drawn))
    assert 20 < len(picture.nodes) <= 150
    assert "lines to what the drawn ones need; " in " ".join(picture.said.split())
    if ref is None:
        printed = as_text.render(drawn, Look())
        assert printed.count("\n") < 100
        assert "lines to what the drawn ones need; -v draws all" in " ".join(printed.split())
        assert "1 of 2 services and 700 dependencies." in printed
    assert len(readers.dot(as_dot.render(drawn)).edges) == 701


def test_what_is_all_joined_takes_no_time() -> None:
    drawn = graph(dense(200))
    began = time.process_time()
    written = as_svg.render(drawn)
    flowchart = readers.mermaid(as_mermaid.render(drawn))
    printed = as_text.render(drawn, Look())
    # A tenth of that is usual.
    assert time.process_time() - began < 10
    shown = readers.svg(written)
    assert 10 < len(shown.nodes) <= 150
    assert len(shown.edges) <= 1000
    assert f"Not drawn: {200 - len(shown.nodes)} more services" in shown.said
    assert len(flowchart.nodes) > 30
    assert 400 < len(flowchart.edges) <= 500
    assert printed.count("\n") < 400


def test_a_page_draws_no_more_than_a_picture() -> None:
    of = scene(dense(60))
    written = page.render(of, Style())
    assert 10 < written.count('<g class="node') < 60
    # There are no options on a page.
    assert "; what falls among them is listed below all the same.</p>" in written
    assert "--service" not in written


@pytest.mark.parametrize("ref", [None, "service/ledger", "maintenance_window/move"])
def test_a_page_draws_what_is_chosen_and_knows_all(ref: str | None) -> None:
    drawn = graph(BANK, ref)
    asked = chosen.part(drawn, Chosen(("branch",)))
    written = page.render(scene(BANK), Style(), asked=asked)
    refs = re.findall(r'<g class="node service[^"]*" data-ref="service/(\w+)"', written)
    assert refs == [each.name for each in asked.services]
    assert f"Drawn as chosen: {len(refs)} of 8 services;" in written
    data = json.loads(re.findall(r'<script[^>]* id="data"[^>]*>(.*?)</script>', written)[0])
    assert len(data["services"]) == 8
    impact = drawn.impact
    first = ([], []) if impact is None else ([*impact.struck], [*impact.slowed])
    assert (data["struck"], data["slowed"]) == first
    nobody = chosen.part(drawn, Chosen((), ("night",)))
    assert "of 8 services" in page.render(scene(BANK), Style(), asked=nobody)


# Whatever anybody writes --------------------------------------------------------------------------


def hostile(payload: str) -> str:
    """Return an estate with a text in every place that a drawing shows."""
    named = json.dumps(payload)
    services = {
        "portal": {"title": payload, "owner": payload, "customer_facing": True, "customers": 3,
                   "depends_on": [payload, {"any_of": [payload, "db"]}]},
        payload: {"title": payload, "owner": payload, "vendor": payload},
        "db": {"depends_on": [f"{payload}?"]},
    }  # fmt: skip
    window = {
        "takes_down": [payload], "start": "2027-10-09T00:00Z", "duration": "2h", "owner": payload
    }  # fmt: skip
    return json.dumps(
        {
            "vendors": {payload: {}},
            "services": services,
            "maintenance_windows": {payload: window},
            "jobs": {payload: {"requires": [payload], "owner": payload}},
            "teams": {payload: {"title": named}},
        },
        ensure_ascii=False,
    )


def test_nothing_in_a_name_is_obeyed() -> None:
    """Names are refused that aren't plain, and then stand in warnings; so they are put in, too."""
    drawn = graph(hostile("safe"))
    for payload in PAYLOADS:
        services = [
            each._replace(
                name=payload if each.name in {"safe", "safe?"} else each.name,
                service=each.service
                and each.service._replace(title=payload, owner=payload, vendor=payload),
                by=(f"maintenance_window/{payload}",) if each.by else (),
            )
            for each in drawn.nodes
        ]
        told = drawn._replace(nodes=tuple(services))
        document(told)
        for name, write in WRITERS.items():
            read = readers.READERS[name](write(told))
            assert not sinks.commands(encode.log(write(told)))
            wanted = sinks.visible(payload)[:12]
            assert wanted in sinks.visible(read.said), (name, payload)
        written = as_text.render(told, Look())
        sinks.assert_harmless(written)
        assert not sinks.commands(encode.log(written))


def test_files_full_of_it() -> None:
    for payload in PAYLOADS[::3]:
        # A text may be one that no file can hold.
        is_read = graph(hostile(payload)).nodes
        for ref in (None, "service/portal") if is_read else (None,):
            drawn = graph(hostile(payload), ref)
            document(drawn)
            for name, write in WRITERS.items():
                readers.READERS[name](write(drawn))
            sinks.assert_harmless(as_text.render(drawn, Look()))


@pytest.mark.skipif(shutil.which("nop") is None, reason="Graphviz isn't installed")
def test_graphviz_reads_it() -> None:
    texts = [graph(BANK), graph(CIRCLES), graph(BANK, "service/ledger")]
    nodes = graph(hostile("safe")).nodes
    for drawn in [
        *texts,
        *(
            texts[0]._replace(nodes=tuple(each._replace(name=payload) for each in nodes), edges=())
            for payload in PAYLOADS[::20]
        ),
    ]:
        written = as_dot.render(drawn)
        subprocess.run(["nop", "-p"], input=written, text=True, check=True, capture_output=True)


# The readers themselves ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("mermaid", 'click n0 "https://e.org"'),
        ("mermaid", 'n0["a"b"]'),
        ("mermaid", "n0[a]"),
        ("mermaid", 'n0["1. one"]'),
        ("mermaid", "%%{init: {}}%%"),
        ("mermaid", "end"),
        ("dot", 'n0 [label="a"b"]'),
        ("dot", 'n0 [label="\\N"]'),
        ("dot", "n0 [label=<b>]"),
        ("dot", 'n0 [label="a&lt;"]'),
    ],
)
def test_readers_refuse_what_would_be_obeyed(name: str, statement: str) -> None:
    head, tail = ("flowchart LR", "") if name == "mermaid" else ("digraph opspolicy {", "}\n")
    good = "  n0 --> n0\n" if name == "mermaid" else '  n0 [label="a"]\n'
    node = '  n0["a"]\n' if name == "mermaid" else ""
    readers.READERS[name](f"{head}\n{node}{good}{tail}")
    with pytest.raises(AssertionError):
        readers.READERS[name](f"{head}\n{node}{good}  {statement}\n{tail}")


@pytest.mark.parametrize(
    "inside", ["<script/>", '<a href="x"/>', '<rect onload="x"/>', '<path d="url(http://e.org)"/>']
)
def test_the_picture_is_read_strictly(inside: str) -> None:
    with pytest.raises((AssertionError, KeyError)):
        readers.svg(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def test_what_is_assumed_and_what_is_missing_stand_on_top() -> None:
    text = BANK + "\n  broken: {takes_down: [web], start: yesterday, duration: 1h}\n"
    drawn = graph(text)
    estate = drawn.timeline.estate
    assert estate.invalid or estate.problems or worlds.findings(estate)
    assert not drawn.report.complete
    found = document(drawn)
    assert found["complete"] is False
    assert found["warnings"]
    for write in WRITERS.values():
        assert "Not everything could be read" in write(drawn)
    assert as_text.render(drawn, Look()).startswith("Not everything could be read")

"""Tests as JUnit XML: a suite a file, and a test a test; what can't be read is an error."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from opspolicy import encode
from opspolicy.phrases import cut
from opspolicy.temporal import zones
from opspolicy.testing import telling
from opspolicy.testing.results import BROKEN, FAILED, PASSED
from opspolicy.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from opspolicy.testing.results import FileResult, Result
    from opspolicy.testing.telling import Outcome

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ELEMENTS = {FAILED: "failure", BROKEN: "error"}
LONGEST = 2000
GROUP = "opspolicy test"


def render(outcome: Outcome) -> str:
    """Return the tests, with a final line break."""
    root = ET.Element("testsuites", name=GROUP)
    suites = [_file(each) for each in outcome.files]
    if outcome.problems:
        suites.append(_errors("looking for tests", outcome.problems, what="they are found"))
    if outcome.held is not None:
        suites.append(_policies(outcome))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(each.get(key, "0")) for each in suites)))
    root.set("time", "0")
    root.extend(suites)
    ET.indent(root)
    return f"{HEAD}{ET.tostring(root, encoding='unicode')}\n"


def _file(file: FileResult) -> ET.Element:
    if file.problems:
        return _errors(file.path, [telling.problem(each) for each in file.problems], file.path)
    return _suite(file.path, [_test(file, each) for each in file.results])


def _errors(
    name: str, lines: Iterable[str], path: str = "", *, what: str = "it can be read"
) -> ET.Element:
    """Return a suite for what can't be read at all: one test, which is an error."""
    listed = [*lines]
    case = _case(name, what, path)
    _tell(case, "error", listed, listed[0] if listed else "")
    return _suite(name, [case])


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    made = ET.Element(
        "testsuite",
        name=_line(name),
        tests=str(len(cases)),
        failures=str(sum(1 for each in cases if each.find("failure") is not None)),
        errors=str(sum(1 for each in cases if each.find("error") is not None)),
        skipped="0",
        time="0",
    )
    properties = ET.SubElement(made, "properties")
    for key, value in {"version": __version__, "tzdata": zones.VERSION}.items():
        ET.SubElement(properties, "property", name=key, value=value)
    made.extend(cases)
    return made


def _case(group: str, name: str, path: str) -> ET.Element:
    made = ET.Element("testcase", name=_line(name), classname=_line(group), time="0")
    if path:
        made.set("file", _line(path))
    return made


def _test(file: FileResult, result: Result) -> ET.Element:
    case = _case(file.path, result.case.name, file.path)
    case.set("line", str(result.case.place.line))
    if result.outcome == PASSED:
        return case
    why = [*telling.why(result)]
    told = [text if label in {"", telling.WHY} else f"{label}: {text}" for label, text in why]
    _tell(case, ELEMENTS[result.outcome], told, told[0] if told else result.outcome)
    return case


def _policies(outcome: Outcome) -> ET.Element:
    """Return a test for each policy that needs tests: whether it has them."""
    cases = []
    for each in outcome.held or ():
        case = _case("policies", f"{each.policy.name} is held by tests", "")
        if not each.is_held:
            told = telling.coverage([each])[:1]
            _tell(case, "failure", told, told[0])
        cases.append(case)
    return _suite("policies", cases)


def _tell(case: ET.Element, element: str, lines: list[str], message: str) -> None:
    made = ET.SubElement(case, element, message=_line(message))
    made.text = "\n".join(_line(each) for each in lines)


def _line(text: str) -> str:
    return encode.xml(encode.terminal(cut(text, LONGEST)))

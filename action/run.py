"""The action from beginning to end: inputs, base, installation, check, reports, exit code.

Every report is written before the exit code is given, and none of them changes it.
"""

from __future__ import annotations

import sys
import tempfile

from action import comment, environment, event, inputs, verdict
from action.history import History, trusting
from action.runner import ERROR, NOTICE, WARNING, Runner
from action.stop import Stop
from action.verdict import COMMANDS, MARKDOWN, Verdict
from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from action.inputs import Inputs

TOKEN = "INPUT_TOKEN"  # noqa: S105 - the name of a variable
BASE = "OPSPOLICY_BASE"
"""The variable that opspolicy takes for a base, which is for this action to say."""


def main(variables: Mapping[str, str]) -> int:
    """Run the action under the variables of a step, and return its exit code."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    runner = Runner(variables)
    given = inputs.Inputs()
    try:
        given = inputs.read(variables)
        runner.is_annotated = inputs.ANNOTATIONS in given.reports
        found = _verdict(given, runner)
        outputs = found.outputs()
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no verdict
        defect = f"a defect of the action: {type(error).__name__}: {error}"
        found = Verdict(reason=str(error) if isinstance(error, Stop) else defect)
        outputs = found.outputs()
    runner.output(outputs)
    try:
        _report(found, given, runner)
    except Exception as error:  # noqa: BLE001 - whatever it is, the verdict stands
        runner.tell(WARNING, f"a report is missing: {type(error).__name__}: {error}")
    return found.code


def _verdict(given: Inputs, runner: Runner) -> Verdict:
    """Install opspolicy and run it."""
    variables = runner.environment
    temporary = variables.get("RUNNER_TEMP") or tempfile.gettempdir()
    plain = {name: value for name, value in variables.items() if name not in {TOKEN, BASE}}
    plain = trusting(plain, variables.get("GITHUB_WORKSPACE") or inputs.TOP, given.directory)
    if given.base and not given.new_only:
        runner.tell(NOTICE, "`base` is ignored: with `new-only: false` everything is checked")
    base = _base(given, runner, plain) if given.new_only else ""
    python = environment.prepare(temporary, plain)
    directory = tempfile.mkdtemp(prefix="opspolicy-report-", dir=temporary)
    # What follows is full of names that anybody has chosen.
    again = runner.quiet()
    try:
        found, lost = verdict.check(python, given, base, directory, plain)
    finally:
        runner.say(again)
    for each in lost:
        runner.tell(WARNING, each)
    return found


def _base(given: Inputs, runner: Runner, variables: Mapping[str, str]) -> str:
    """Return the id of the commit to compare with; "" to check everything. Raises Stop."""
    name = variables.get("GITHUB_EVENT_NAME", "")
    told = event.load(variables.get("GITHUB_EVENT_PATH", ""))
    if told is None and not given.base:
        runner.tell(
            WARNING, "everything is checked: the runner's file about the event can't be read"
        )
        return ""
    comparison = event.comparison(name, told or {})
    if not given.base and not comparison.commit and not comparison.branch:
        runner.say(encode.log(f"Everything is checked: {encode.terminal(comparison.about)}.\n"))
        return ""
    checked_out = variables.get("GITHUB_SHA", "")
    history = History(given.directory, variables)
    if comparison.commit or comparison.branch:
        history.holds(comparison, checked_out)
    began = history.named(given.base) if given.base else history.began(comparison, checked_out)
    if not began.commit:
        runner.tell(WARNING, f"everything is checked: {began.why}")
        return ""
    about = encode.terminal(f"`{given.base}`" if given.base else comparison.about)
    runner.say(encode.log(f"Compared with {about}, {began.commit[:12]}.\n"))
    return began.commit


def _report(found: Verdict, given: Inputs, runner: Runner) -> None:
    """Tell of the verdict wherever that is asked for."""
    if given.unknown:
        words = ", ".join(f"`{each}`" for each in given.unknown)
        known = ", ".join(inputs.REPORTS)
        runner.tell(WARNING, f"there is no report {words}: choose from {known}")
    page = _read(found.files.get(MARKDOWN, ""))
    if found.reason:
        runner.tell(ERROR, f"no verdict: {found.reason}")
        page = f"## opspolicy: no verdict\n\n{encode.markdown(found.reason)}\n"
    elif inputs.ANNOTATIONS in given.reports:
        # Commands, encoded by opspolicy.
        runner.say(_read(found.files.get(COMMANDS, "")))
    rest = "log"
    if inputs.SUMMARY in given.reports and page:
        problem = runner.summarize(page)
        if problem:
            runner.tell(WARNING, f"the summary is missing: {problem}")
        else:
            rest = "summary"
    if inputs.COMMENT in given.reports and page:
        _comment(page, rest, given, runner)
    if inputs.SUMMARY in given.reports and runner.notes:
        notes = "".join(f"- {encode.markdown(each)}\n" for each in runner.notes)
        runner.summarize(f"\n{notes}")


def _comment(page: str, rest: str, given: Inputs, runner: Runner) -> None:
    variables = runner.environment
    number = event.number(event.load(variables.get("GITHUB_EVENT_PATH", "")) or {})
    if number is None:
        runner.tell(NOTICE, "there is no comment: the event is of no pull request")
        return
    repository = variables.get("GITHUB_REPOSITORY", "")
    server = variables.get("GITHUB_SERVER_URL", "")
    run = f"{server}/{repository}/actions/runs/{variables.get('GITHUB_RUN_ID', '')}"
    thread = comment.Thread(
        variables.get("GITHUB_API_URL", ""), repository, number, variables.get(TOKEN, "")
    )
    try:
        address = comment.publish(thread, given.marker, comment.fitted(page, rest, run))
    except comment.CommentError as error:
        runner.tell(WARNING, f"there is no comment: {error}")
        return
    runner.say(encode.log(f"Told in a comment {address}\n"))


def _read(path: str) -> str:
    """Return a report; "" where there is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, ValueError):
        return ""

"""Write a configuration and a first estate where there are none, and a hook or workflow on demand.

Nothing that is there already is overwritten.
"""

from __future__ import annotations

import os

from opspolicy import encode
from opspolicy.cli.console import UsageError
from opspolicy.report import COMPLETE, INCOMPLETE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.cli.arguments import Given, Parser
    from opspolicy.cli.console import Console
    from opspolicy.start.others import Others
    from opspolicy.start.plan import Step, Wanted
    from opspolicy.start.survey import Survey


def arguments(parser: Parser) -> None:
    """Add the options of `init`."""
    parser.add_argument("-C", dest="directory", metavar="DIR", help="run as if started in DIR")
    parser.add_argument(
        "--hook", action="store_true", help="add the hook to .pre-commit-config.yaml"
    )
    parser.add_argument("--workflow", action="store_true",
                        help="write .github/workflows/opspolicy.yml")  # fmt: skip
    parser.add_argument("--schemas", action="store_true",
                        help="write .opspolicy/*.schema.json, for editors")  # fmt: skip
    parser.add_argument("--from", dest="hosted", metavar="URL",
                        help="the git repository of opspolicy that hook and workflow use;"
                        " URL@REVISION pins it")  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="print what would be written")


def run(given: Given, console: Console) -> int:
    """Write what is missing; exit 2 for what can't be written or read."""
    from opspolicy.start import others, plan, survey  # noqa: PLC0415 - after the arguments are right

    wanted = _wanted(given)
    found = survey.survey(_directory(given))
    if found.settings.problems:
        console.complain_of(found.settings.problems)
        return INCOMPLETE
    code, there = COMPLETE, others.others(found)
    for step in plan.steps(found, wanted, there):
        done = _dry(step, console) if given.dry_run else _write(step, console)
        code = code if done else INCOMPLETE
    offered = list(_offers(found, there, wanted, console.width))
    if code == COMPLETE and not given.dry_run:
        hook = (
            " Then `pre-commit install --install-hooks`, once in every clone." if given.hook else ""
        )
        offered = [f"Now run `opspolicy check`.{hook}", "", *offered]
    if offered:
        console.write("\n" + "\n".join(_terminal(line) for line in offered).rstrip() + "\n")
    return code


def _wanted(given: Given) -> Wanted:
    from opspolicy.start.hosting import hosting  # noqa: PLC0415 - only to begin
    from opspolicy.start.plan import Wanted  # noqa: PLC0415

    try:
        hosted = hosting(given.hosted)
    except ValueError as error:
        message = f"--from: {error}"
        raise UsageError(message) from error
    return Wanted(hosted, given.hook, given.workflow, given.schemas)


def _directory(given: Given) -> str:
    try:
        if given.directory is not None:
            os.chdir(given.directory)
        return os.getcwd()
    except OSError as error:
        where = "the current directory" if given.directory is None else f"-C {given.directory}"
        message = f"{where}: {(error.strerror or 'it can not be entered').lower()}"
        raise UsageError(message) from error


def _write(step: Step, console: Console) -> bool:
    """Do a step, and tell of it; False where it can't be done."""
    from opspolicy.start import writing  # noqa: PLC0415 - only to begin

    if step.wrong:
        console.complain(f"{step.path}: {step.about}")
        return False
    if step.text is None:
        console.write(f"{_name(step)}{_terminal(step.about)}\n")
        return True
    try:
        writing.write(step)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        console.complain(f"{step.path} can't be written: {why}")
        return False
    did = "added to" if step.before is not None else "wrote"
    console.write(f"{did} {_name(step)}{_terminal(step.about)}\n")
    return True


def _dry(step: Step, console: Console) -> bool:
    """Tell of a step, with what it would write."""
    if step.wrong or step.text is None:
        return _write(step, console)
    did = "would add to" if step.before is not None else "would write"
    console.write(f"{did} {_name(step)}{_terminal(step.about)}\n")
    if step.before is not None:
        from opspolicy.repair import edits  # noqa: PLC0415 - only where something is added
        from opspolicy.source import files  # noqa: PLC0415

        shown = edits.diff(step.before, files.parse(step.path, step.text))
    else:
        shown = step.text
    console.write("".join(f"    {_terminal(line)}".rstrip() + "\n" for line in shown.splitlines()))
    return True


def _name(step: Step) -> str:
    return f"{_terminal(step.path)}: " if step.path else ""


def _terminal(text: str) -> str:
    return encode.terminal(text)


def _offers(found: Survey, there: Others, wanted: Wanted, width: int) -> Iterator[str]:
    """Yield what else there is to have, with the lines to paste and the option that writes them."""
    from opspolicy.start import hooks, plan, survey, texts  # noqa: PLC0415 - only to begin

    hosting = wanted.hosting
    if found.settings.path is not None and there.sources:
        yield "What lies here in other formats can be read in place: add this to `sources` in"
        yield f"{found.settings.path}."
        yield ""
        yield from _indented(there.text(found.owner.name))
        yield ""
        for each in there.remarks:
            yield from (*encode.wrap(each, width), "")
    if found.top is None:
        yield "In no git repository: there is no change to check, and nothing to hook into."
        return
    root = found.repository
    missing = _missing(wanted)
    if missing:
        yield from (*encode.wrap(missing, width), "")
    if found.below and not texts.PLAIN_DIRECTORY.fullmatch(found.below):
        return
    # Whoever has chosen one knows what the options write.
    is_shown = not (wanted.hook or wanted.workflow)
    if not wanted.hook and not survey.mentions(root, [survey.HOOKS]):
        it = "this" if is_shown else "it"
        yield f"Before each commit: `opspolicy init --hook` adds {it} to {survey.HOOKS}."
        yield ""
        entry = texts.hook(hosting, found.below)
        shown = entry if root.has(survey.HOOKS) else hooks.first(entry)
        yield from _indented(shown if is_shown else "")
        yield ""
    on_gitlab = root.exists(survey.GITLAB)
    if on_gitlab and "://" in hosting.address and not survey.mentions(root, [survey.GITLAB]):
        yield f"In each merge request: add this to {survey.GITLAB}."
        yield ""
        yield from _indented(texts.gitlab(hosting, found.below))
        yield ""
    is_there = wanted.workflow or plan.other_workflow(root)
    if not is_there and hosting.action and (not on_gitlab or root.is_directory(".github")):
        this = "this to " if is_shown else ""
        yield f"In each pull request: `opspolicy init --workflow` writes {this}{survey.WORKFLOW}."
        yield ""
        yield from _indented(texts.workflow(hosting, found.below) if is_shown else "")


def _missing(wanted: Wanted) -> str:
    """Return what somebody has to put in by hand into what was written."""
    from opspolicy.start.hosting import NO_COMMIT  # noqa: PLC0415 - only to begin

    hosting = wanted.hosting
    is_unpinned = wanted.workflow and hosting.action and hosting.commit == NO_COMMIT
    is_unpinned = is_unpinned or (wanted.hook and hosting.pinned == NO_COMMIT)
    if not is_unpinned and not ((wanted.hook or wanted.workflow) and hosting.is_placeholder):
        return ""
    address = "URL" if hosting.is_placeholder else hosting.address
    where = "where opspolicy is hosted, and " if hosting.is_placeholder else ""
    commit = f"the id of a commit there, as `git ls-remote {address} HEAD` prints it"
    if hosting.revision:
        # For a tag with a message, the second is the commit.
        tag = hosting.revision
        commit = f"the last id that `git ls-remote {address} {tag} {tag}^{{}}` prints"
    return f"Put in {where}{commit}; `--from {address}@COMMIT` does so from the start."


def _indented(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield f"    {line}".rstrip()

"""Terraform: when AWS maintains and backs up databases and brokers, and what runs by EventBridge.

Read from `.tf` files, `.tf.json` ones, and from what `terraform show -json` prints of a plan or a
state. What each resource becomes is in `aws_resources.py`; all others are passed over.
"""

from __future__ import annotations

from opspolicy.importers.shared import comments, of_json, of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.terraform import aws_resources, terraform_files
from opspolicy.importers.terraform.hcl_blocks import BrokenError
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source
    from opspolicy.importers.terraform.terraform_files import Resource

PLAN = "`terraform show -json PLAN | opspolicy import terraform -`"
BROKEN = (
    f"`terraform validate` says more; of what Terraform accepts, the plan can be imported: {PLAN}"
)
NO_JSON = f"what can be read is a `.tf.json` file, and what Terraform shows of a plan: {PLAN}"
FILLED_IN = "leave it out with the source's `exclude`, and import what is made of it"
OURS = "opspolicy"
TEMPLATES = (of_yaml.TEMPLATE, "{%")


def read(text: str, path: str, source: Source) -> Imported:
    """Return the services, maintenance windows and jobs of a Terraform file."""
    draft = Draft(source, path)
    used: set[int] = set()
    try:
        for each in _resources(draft, text):
            aws_resources.add(draft, each)
            used.update(number for number, _ in each.above)
        if OURS in text.lower() and not terraform_files.is_json(text, path):
            _tell_of_comments(draft, text, used)
    except BrokenError as error:
        draft.refuse(_problem(error, text, path))
    return draft.imported()


def _tell_of_comments(draft: Draft, text: str, used: Container[int]) -> None:
    """Tell the draft of comments that are meant for us, and are above nothing or not addressed."""
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if number in used or not bare.startswith(("#", "//")):
            continue
        if terraform_files.is_addressed(line):
            place = draft.node(None, number, line.index(bare) + 1, len(bare)).span
            hint = "write it right above its resource, with nothing between"
            draft.leave(place, "it is right above no resource that is read", hint, "this comment")
        elif comments.is_almost_addressed(line):
            comments.tell_of_almost(draft, number, line)


def _resources(draft: Draft, text: str) -> Iterator[Resource]:
    """Yield the resources of a text that become anything; raises BrokenError."""
    kinds = aws_resources.KINDS
    if not terraform_files.is_json(text, draft.path):
        return terraform_files.of_blocks(text, draft.path, kinds)
    root = of_json.document(draft, text, NO_JSON, plain=True)
    return iter(()) if root is None else terraform_files.of_json(root, kinds)


def _problem(error: BrokenError, text: str, path: str) -> Problem:
    at, message = error.place, str(error)
    hint = NO_JSON if terraform_files.is_json(text, path) else BROKEN
    line = text.split("\n")[at.line]
    if any(each in line for each in TEMPLATES):
        message = f"this is a template (`{{{{ … }}}}`), not Terraform yet: {message}"
        hint = FILLED_IN
    span = Span(path, at.line + 1, at.column + 1, at.line + 1, at.column + 2)
    return Problem("unreadable-file", message, span, (), hint, message)

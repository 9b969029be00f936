"""Terraform: when AWS maintains and backs up databases and brokers, and what runs by EventBridge.

Read from `.tf` files, `.tf.json` ones, and from what `terraform show -json` prints of a plan or a
state. What each resource becomes is in `aws_resources.py`; all others are passed over.
"""

from __future__ import annotations

from opspolicy.importers.shared import of_yaml
from opspolicy.importers.shared.draft import Draft
from opspolicy.importers.terraform import aws_resources, terraform_files
from opspolicy.importers.terraform.hcl_blocks import BrokenError
from opspolicy.source.problem import Problem
from opspolicy.source.span import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.estate.foreign import Imported
    from opspolicy.estate.sources import Source

PLAN = "`terraform show -json PLAN | opspolicy import terraform -`"
BROKEN = (
    f"`terraform validate` says more; of what Terraform accepts, the plan can be imported: {PLAN}"
)
NO_JSON = f"what can be read is a `.tf.json` file, and what Terraform shows of a plan: {PLAN}"
FILLED_IN = "leave it out with the source's `exclude`, and import what is made of it"
TEMPLATES = (of_yaml.TEMPLATE, "{%")


def read(text: str, path: str, source: Source) -> Imported:
    """Return the services, maintenance windows and jobs of a Terraform file."""
    draft = Draft(source, path)
    try:
        for each in terraform_files.resources(text, path, aws_resources.KINDS):
            aws_resources.add(draft, each)
    except BrokenError as error:
        draft.refuse(_problem(error, text, path))
    return draft.imported()


def _problem(error: BrokenError, text: str, path: str) -> Problem:
    at, message = error.place, str(error)
    hint = NO_JSON if terraform_files.is_json(text, path) else BROKEN
    line = text.split("\n")[at.line]
    if any(each in line for each in TEMPLATES):
        message = f"this is a template (`{{{{ … }}}}`), not Terraform yet: {message}"
        hint = FILLED_IN
    span = Span(path, at.line + 1, at.column + 1, at.line + 1, at.column + 2)
    return Problem("unreadable-file", message, span, (), hint, message)

"""One AWS resource on its way into a draft: its name, its keys of ours, what isn't written out."""

from __future__ import annotations

import re

from opspolicy.estate import language
from opspolicy.estate.shapes import Items
from opspolicy.importers.shared import comments, of_yaml
from opspolicy.importers.terraform import hcl
from opspolicy.importers.terraform.aws_times import MalformedError, UnsaidError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from opspolicy.importers.shared.draft import Draft
    from opspolicy.importers.terraform.terraform_files import Resource
    from opspolicy.source.node import Node

    Values = dict[str, object]

PLAN = "import the plan, which has it: `terraform show -json PLAN | opspolicy import terraform -`"
NUMBERS = ("count", "for_each")
NOTHING: tuple[object, ...] = (0, "0", {}, [])
NO_SET = re.compile(r"(?:\$\{\s*)?toset\(\s*\[\s*\]\s*\)(?:\s*\})?")
A_SET = re.compile(r'(?:\$\{\s*)?toset\(\s*\[\s*"[^"$%]*"')
OFF = (("state", "disabled"), ("is_enabled", "false"), ("enabled", "false"))


class Entry:
    """One resource on its way into a draft."""

    def __init__(self, draft: Draft, found: Resource) -> None:
        """Begin with nothing of ``found``."""
        self.draft = draft
        self.found = found
        self.what = f"`{found.address}`"
        self.named: Node | None = None

    def fields(self) -> dict[str, str]:
        """Return what it can be named by; `[0]` and `["a"]` become `-0` and `-a`."""
        found = self.found
        if self.named is not None:
            named = of_yaml.text(self.named)
            return {"address": named, "name": named, "type": found.type, "module": found.module}
        fields = {
            "address": found.address,
            "name": found.name,
            "type": found.type,
            "module": found.module,
        }
        return {
            key: each.replace("[", "-").replace("]", "").replace('"', "")
            for key, each in fields.items()
        }

    def add(
        self, section: str, values: Values, place: Node | None = None, suffix: str = ""
    ) -> None:
        """Add an entry, with a word behind the name where a resource comes to several."""
        at = self.found.place if place is None else place
        if not of_yaml.is_left_open(self.draft, self.what, at, values):
            self.draft.add(section, at, self.fields(), values, what=self.what, suffix=suffix)

    def service(self) -> tuple[str, Values]:
        """Add the service that it is; return its name, and what its windows have of it."""
        given = self.given("services")
        self.add("services", given)
        return self.draft.named(self.fields()), {"owner": given.get("owner")}

    def given(self, section: str) -> Values:
        """Return the keys of ours that its tags and the comments above it carry."""
        found = dict(self._tags(section))
        for number, line in self.found.above:
            found.update(comments.keys(self.draft, section, number, line))
        self.named = found.pop(comments.NAME, None)
        return {**found}

    def _tags(self, section: str) -> Iterator[tuple[str, Node]]:
        """Yield the keys that tags carry: a list in one is words, as AWS allows it no brackets."""
        tags = self.found.get("tags")
        written: dict[str, Node] = {}
        for name in tags.entries if tags is not None else ():
            try:
                each = self.plain("tags", name)
            except UnsaidError as error:
                if name.startswith(of_yaml.PREFIX) and error.node is not None:
                    self.leave(error.node, error, error.hint, f"tag `{name}` of {self.what}")
                continue
            if each is not None:
                written[name] = each
        if tags is None or not written:
            return
        keys = language.ENTRIES[section].keys
        for name, each in of_yaml.addressed(tags.holding(written, {})):
            is_list = name in keys and isinstance(keys[name].shape, Items)
            text = each.value
            yield name, each.saying(text.split()) if is_list and isinstance(text, str) else each

    def leave(self, place: Node, why: object, hint: str = "", what: str = "") -> None:
        """Note that it is left out, or ``what`` of it; what can't be at all is a mistake."""
        if isinstance(why, MalformedError):
            self.draft.wrong(place.span, f"{what or self.what}: {why}", hint)
            return
        self.draft.leave(place.span, str(why), hint, what or self.what)

    def plain(self, *path: str) -> Node | None:
        """Return a value that is written out; raises UnsaidError for one that isn't."""
        node = self.found.get(*path)
        if node is not None and isinstance(node.value, hcl.Expression):
            raise UnsaidError(_unwritten(node), PLAN, node)
        return node

    def is_none(self) -> bool:
        """Whether there is to be none of it, which is noted; so is what only Terraform knows."""
        for key in NUMBERS:
            node = self.found.get(key)
            if node is None:
                continue
            is_written = not isinstance(node.value, hcl.Expression)
            if node.value in NOTHING or (not is_written and NO_SET.fullmatch(str(node.value))):
                self.leave(node, f"by its `{key}` there is none")
                return True
            if not is_written and not A_SET.match(str(node.value)):
                what = f"the `{key}` of {self.what}"
                self.leave(node, f"{_unwritten(node)}, and one is taken to be there", PLAN, what)
        return False

    def is_off(self) -> bool:
        """Whether it is switched off; what isn't written out is noted."""
        for key, off in OFF:
            try:
                node = self.plain(key)
            except UnsaidError as error:
                what = f"`{key}` of {self.what}"
                place = error.node or self.found.place
                self.leave(place, f"{error}, and it is taken to be on", error.hint, what)
                continue
            if node is not None and of_yaml.text(node).lower() == off:
                return True
        return False


def _unwritten(node: Node) -> str:
    return f"only Terraform knows what `{node.value}` is"

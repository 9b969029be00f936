"""Which cron reads a file of `cron.d`, by its name.

https://manpages.debian.org/stable/cron/cron.8.en.html: Debian's takes letters, digits, `_` and `-`
alone, as run-parts does. cronie (src/database.c, not_a_crontab) takes all but hidden files and what
editors and packages leave behind.
"""

from __future__ import annotations

import re

from opspolicy.importers.shared.texts import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from opspolicy.importers.shared.draft import Draft

DIRECTORY = "cron.d"
OF_DEBIAN = re.compile("[A-Za-z0-9_-]+")
LEFT_BEHIND = ("~", ".rpmsave", ".rpmorig", ".rpmnew")
HIDDEN = (".", "#")
# What a template makes is called as the template is, less its ending.
TEMPLATE = re.compile(r"(?<=.)\.(j2|jinja2?|erb|epp|tmpl|tpl|template)$")
HINT = "name it by letters, digits, `_` and `-` alone, or `exclude` it from the source"


def _name(path: str) -> str:
    """Return the name that a file of `cron.d` has on a machine; "" for files elsewhere."""
    *directories, base = path.split("/")
    return re.sub(TEMPLATE, "", base) if DIRECTORY in directories else ""


def is_unread(path: str) -> bool:
    """Whether no cron reads a file, because of its name."""
    name = _name(path)
    return name.startswith(HIDDEN) or name.endswith(LEFT_BEHIND)


def tell(draft: Draft) -> None:
    """Tell a draft where a cron passes over its file, in which there are jobs."""
    name = _name(draft.path)
    if not name or OF_DEBIAN.fullmatch(name):
        return
    place = draft.node(None, 1).span
    if is_unread(draft.path):
        why = f"no cron reads a file of `{DIRECTORY}` that is called so, and its jobs never run"
        draft.leave(place, why, HINT, f"`{shown(name)}`")
        return
    odd = shown(re.sub(OF_DEBIAN, "", name)[:1])
    why = (
        f"it passes over files of `{DIRECTORY}` with a `{odd}` in their names, and never runs these"
        " jobs; cronie (Red Hat, Fedora, Arch) does, and they are judged as it runs them"
    )
    draft.leave(place, why, HINT, f"what Debian's cron makes of `{shown(name)}`")

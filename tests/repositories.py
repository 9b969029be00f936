"""Git repositories for tests: the same everywhere, whatever the user's own settings are."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HARMLESS = "x-harmless: true\n"
"""A file that is read without a finding, whatever stands beside it."""
AUTHOR = (
    "-c", "user.name=Tester", "-c", "user.email=tester@example.org", "-c", "core.autocrlf=false",
    "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", "-c", "gc.auto=0",
)  # fmt: skip


def isolated() -> dict[str, str]:
    """Return the variables under which git has no settings but a repository's own."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return plain | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": os.devnull,
        "GIT_AUTHOR_DATE": "2027-09-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2027-09-01T00:00:00Z",
    }


class Repository:
    """A repository in a directory."""

    def __init__(self, root: Path, *options: str) -> None:
        """Make one in ``root``, by ``git init`` with ``options``."""
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", *options)

    def git(self, *arguments: str, given: bytes = b"") -> str:
        """Run git here and return what it prints."""
        command = ["git", *AUTHOR, *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=isolated(), input=given, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return os.fsdecode(done.stdout).removesuffix("\n")

    def write(self, *paths: str, text: str = HARMLESS) -> None:
        """Write ``text`` to files, and make the directories on the way."""
        for path in paths:
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def commit(self, message: str = "change") -> str:
        """Commit all there is, and return the commit's id."""
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def blob(self, data: bytes) -> str:
        """Store a file, and return its id."""
        return self.git("hash-object", "-w", "--stdin", given=data)

    def tree(self, entries: list[tuple[str, bytes, str]]) -> str:
        """Store a directory, of modes, names and ids, whether that is one or not; return its id."""
        data = b"".join(
            mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries
        )
        return self.git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", given=data)

    def commit_of(self, tree: str, *parents: str) -> str:
        """Store a commit of a directory, and return its id."""
        after = [word for each in parents for word in ("-p", each)]
        return self.git("commit-tree", tree, *after, "-m", "made")

"""A tree of files, wherever it is: a directory on the disk, or one of a commit."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os

    from opspolicy.source.git_files import Entry as CommitEntry
    from opspolicy.source.git_tree import GitTree
    from opspolicy.source.reading import Root

    Tree = Root | GitTree
    # What a directory of it holds.
    Entry = os.DirEntry[str] | CommitEntry

"""What a file may cost before it is refused.

A merge gate reads whatever a pull request brings. At a cap the file passes; one more and it is a
finding that names the cap, so nobody is left to guess.
"""

from __future__ import annotations

MIB = 1024 * 1024

FILE_BYTES = MIB
DEPTH = 64
EVENTS = 200_000
ALIASES = 200
EXPANDED_NODES = 250_000
SCALAR_BYTES = 64 * 1024
INTEGER_DIGITS = 18

TREE_BYTES = 64 * MIB
TREE_ENTRIES = 2_000_000
TREE_FILE_BYTES = 1024 * MIB
"""Of a commit: one directory, the names looked at, and the selected files together. What is on the
disk can't be more than the disk holds, but a commit can hold one directory again and again."""

"""`python -m opspolicy`: the same as the `opspolicy` command."""

from __future__ import annotations

import sys

from opspolicy.cli import main

if __name__ == "__main__":
    sys.exit(main())

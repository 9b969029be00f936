"""`python -m opspolicy`: the same as the `opspolicy` command."""

from __future__ import annotations

from opspolicy.cli import run

if __name__ == "__main__":
    run()

"""Shows the incident that started it: an e-bill mailing that meets a closed portal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = ["check", "examples/hydro-quebec/before", "--as-of", "2027-09-01"]
REJECTED = 1

STORY = """\
A utility mails e-bills to 350,000 customers on the morning its customer portal closes for 48 hours.
Each operation is justified; together they cut customers off. No calendar showed both.
"""
AFTER = """\
Exit code 1: the merge is refused. Two simple repairs pass, and are examples too:
  opspolicy check examples/hydro-quebec/after-window --as-of 2027-09-01
  opspolicy check examples/hydro-quebec/after-mailing --as-of 2027-09-01
"""


def main() -> int:
    """Run the check; 0 when it rejects the incident, as a demonstration should."""
    print(STORY)
    print(f"$ opspolicy {' '.join(COMMAND)}\n", flush=True)
    program = [sys.executable, "-m", "opspolicy", *COMMAND]
    code = subprocess.run(program, cwd=ROOT, check=False).returncode
    if code != REJECTED:
        print(f"\nThe check should have been refused with exit code {REJECTED}, not {code}.")
        return 1
    print(f"\n{AFTER}", end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

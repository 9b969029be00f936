"""Starts the action from its own checkout, wherever that is: `python -I -B action/__main__.py`."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # Isolated, so that nothing is imported from the repository that is checked.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from action.run import main

    sys.exit(main(os.environ))

"""What comes with opspolicy: policy packs, schemas, scripts, and the modules found by name."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def directory(name: str) -> str:
    """Return `completions`, `policies` or `schemas`: in the wheel, else beside the source."""
    installed = os.path.join(_PACKAGE, "data", name)
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_PACKAGE), name)


def modules(package_file: str) -> list[str]:
    """Return the names of the modules beside a package's ``__init__`` file.

    pkgutil would say the same and bring half of importlib with it, which a hook pays for each time.
    """
    names = os.listdir(os.path.dirname(package_file))
    found = (name.removesuffix(".py") for name in names if name.endswith(".py"))
    return sorted(name for name in found if not name.startswith("_"))


def module(name: str) -> ModuleType:
    """Import a module by its whole name, as `importlib.import_module` does, without importlib."""
    __import__(name)
    return sys.modules[name]

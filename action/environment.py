"""An environment with opspolicy in it, from this very checkout and packages with known hashes."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

from action.stop import Stop
from opspolicy import encode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join("requirements", "build.txt")
CEL = os.path.join("requirements", "cel.txt")
PROJECT = "pyproject.toml"
FAILURE = re.compile(r"error:", re.IGNORECASE)
"""What the lines of pip have that say why."""
INDEX = (
    "CACHE_DIR", "CERT", "CLIENT_CERT", "CONFIG_FILE", "DEFAULT_TIMEOUT", "EXTRA_INDEX_URL",
    "FIND_LINKS", "INDEX_URL", "KEYRING_PROVIDER", "NO_CACHE_DIR", "NO_INDEX", "PROXY", "RETRIES",
    "TIMEOUT", "TRUSTED_HOST",
)  # fmt: skip
"""The settings of pip that say where packages come from; the others aren't a runner's to say."""
LIMIT = 600
"""Seconds after which an index that doesn't answer is given up."""
PIP = ("-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input")


def prepare(temporary: str, environment: Mapping[str, str]) -> str:
    """Return the Python of an environment with opspolicy; raises Stop where it can't be made.

    One that an earlier step of the same job has made from the same text is used again.
    """
    ready = os.path.join(temporary, f"opspolicy-{_key()}")
    if not os.path.isdir(ready):
        # Made aside and moved, so that whoever comes upon it finds it whole.
        made = tempfile.mkdtemp(prefix="opspolicy-new-", dir=temporary)
        try:
            _install(made, _for_pip(environment))
            os.rename(os.path.join(made, "env"), ready)
        except OSError:
            # Somebody else has made the same at the same time.
            if not os.path.isdir(ready):
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return _python(ready)


def parts() -> list[str]:
    """Return the files and directories that a wheel of opspolicy is made of."""
    with open(os.path.join(ROOT, PROJECT), "rb") as file:
        told = tomllib.load(file)
    wheel = told["tool"]["hatch"]["build"]["targets"]["wheel"]
    texts = [told["project"]["readme"], *told["project"]["license-files"]]
    return [PROJECT, *texts, *wheel["packages"], *wheel["force-include"]]


def _install(made: str, environment: Mapping[str, str]) -> None:
    fresh = os.path.join(made, "env")
    hint = "on Debian install python3-venv, or use actions/setup-python before this step"
    _run([sys.executable, "-I", "-m", "venv", fresh], environment, hint)
    python = (_python(fresh), "-I")
    hint = f"the runner's package index has to have what `{LOCK}` lists"
    locked = ("--require-hashes", "--only-binary=:all:", "-r", os.path.join(ROOT, LOCK))
    _run([*python, *PIP, *locked], environment, hint)
    try:
        # Policies in CEL take it. Where there is none for the runner, a check says which ones do.
        cel = os.path.join(ROOT, CEL)
        _run([*python, *PIP, "--require-hashes", "--only-binary=:all:", "-r", cel], environment)
    except Stop as error:
        print(encode.log(f"policies in CEL can't be judged on this runner: {error}"))
    # A build writes beside what it builds, and the action's checkout isn't ours to change.
    source = os.path.join(made, "source")
    os.mkdir(source)
    for part in parts():
        _copy(os.path.join(ROOT, part), os.path.join(source, part))
    _run([*python, *PIP, "--no-index", "--no-deps", "--no-build-isolation", source], environment)


def _run(command: Sequence[str], environment: Mapping[str, str], hint: str = "") -> None:
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=LIMIT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        message = f"opspolicy can't be installed: {error}"
        raise Stop(message, hint) from error
    if done.returncode:
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        print(encode.log(encode.lines(said)))
        lines = said.split("\n")
        why = [line for line in lines if FAILURE.search(line)] or lines
        message = f"opspolicy can't be installed: {why[-1].strip().removeprefix('ERROR: ')}"
        raise Stop(message, hint)


def _for_pip(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of pip: where packages come from, and nothing of how they go in."""
    kept = {f"PIP_{name}" for name in INDEX}
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("PIP_", "PYTHON")) or name in kept
    }


def _key() -> str:
    """Return what tells one environment from another: the interpreter, and all that goes in."""
    digest = hashlib.sha256(f"{sys.version}\0{os.path.realpath(sys.executable)}".encode())
    for path in (LOCK, CEL, *sorted(_files())):
        digest.update(f"\0{path}\0".encode())
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(hashlib.sha256(file.read()).digest())
    return digest.hexdigest()[:16]


def _files() -> Iterator[str]:
    for part in parts():
        if os.path.isfile(os.path.join(ROOT, part)):
            yield part
        for directory, inner, names in os.walk(os.path.join(ROOT, part)):
            inner[:] = [name for name in inner if name != "__pycache__"]
            yield from (os.path.relpath(os.path.join(directory, name), ROOT) for name in names)


def _copy(source: str, target: str) -> None:
    if os.path.isdir(source):
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)


def _python(environment: str) -> str:
    if os.name == "nt":
        return os.path.join(environment, "Scripts", "python.exe")
    return os.path.join(environment, "bin", "python")

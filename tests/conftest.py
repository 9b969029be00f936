"""Options: the long proofs run only when asked for, and expected output can be written anew."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import Phase, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from tests import shared  # noqa: F401 - it looks at a variable that goes

OUTER = ("CI", "GITHUB_", "OPSPOLICY_", "PRE_COMMIT")
"""How the variables begin by which a run would know that it is in a CI, a hook, or set up."""


settings.register_profile(
    "as found", phases=[Phase.explicit, Phase.generate]
)  # of which a failure is enough, and the smallest one takes minutes


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project."""
    parser.addoption("--prove", action="store_true", help="run the long proofs too")
    parser.addoption("--rewrite", action="store_true", help="write what commands print as expected")


@pytest.fixture(autouse=True, scope="session")
def _nobody_is_around() -> None:
    """Have what is run here behave as it does anywhere, whatever runs the tests."""
    for name in [each for each in os.environ if each.startswith(OUTER)]:
        del os.environ[name]


@pytest.fixture(autouse=True, scope="session")
def _examples_are_the_same_in_every_run() -> Iterator[None]:
    """Keep Hypothesis from drawing numbers out of the program's text.

    It looks at the modules that happen to be imported, which depends on the tests that a worker
    has run before; so examples that are "derandomized" would still differ from run to run.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(providers, "_get_local_constants", Constants)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long proofs otherwise."""
    if config.getoption("--prove"):
        return
    skip = pytest.mark.skip(reason="a long proof, run with --prove")
    for item in items:
        if item.get_closest_marker("prove"):
            item.add_marker(skip)

"""Options: the long proofs run only when asked for, and expected output can be written anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of this project."""
    parser.addoption("--prove", action="store_true", help="run the long proofs too")
    parser.addoption("--rewrite", action="store_true", help="write what commands print as expected")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long proofs otherwise."""
    if config.getoption("--prove"):
        return
    skip = pytest.mark.skip(reason="a long proof, run with --prove")
    for item in items:
        if item.get_closest_marker("prove"):
            item.add_marker(skip)

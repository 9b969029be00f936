"""Lets the long proofs run only when they are asked for."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks for them."""
    parser.addoption("--prove", action="store_true", help="run the long proofs too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip the long proofs otherwise."""
    if config.getoption("--prove"):
        return
    skip = pytest.mark.skip(reason="a long proof, run with --prove")
    for item in items:
        if item.get_closest_marker("prove"):
            item.add_marker(skip)

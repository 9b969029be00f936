"""What holds for a few drawn examples in each run of the tests, held to many in the long proofs."""

from collections.abc import Callable
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

REPRODUCIBLE = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same examples in every run, however long each takes; estates are large and slow to draw."""


def hold(
    law: Callable[..., None],
    drawn: dict[str, st.SearchStrategy[Any]],
    using: settings,
    **known: object,
) -> None:
    """Hold a test that draws its arguments to more examples, or to others, than it asks for."""
    inner = cast("Any", law).hypothesis.inner_test

    @using
    @given(st.fixed_dictionaries(drawn))
    def holds(arguments: dict[str, Any]) -> None:
        inner(**known, **arguments)

    holds()

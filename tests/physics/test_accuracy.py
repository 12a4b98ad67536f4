"""Every case with an exact solution, at 10, 2 and 0.5 ms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tools.accuracy import CASES, TIMESTEPS, Case, convergence

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"


def title(case: Case) -> str:
    return f"{case.name}, {case.quantity}, {case.integrator}"


@cache
def errors(place: int) -> tuple[float, ...]:
    return CASES[place].errors()


@pytest.mark.parametrize("place", range(len(CASES)), ids=map(title, CASES))
def test_the_error_stays_within_its_bound(place: int) -> None:
    bounds = [CASES[place].bound(timestep) for timestep in TIMESTEPS]
    assert all(error <= bound for error, bound in zip(errors(place), bounds, strict=True))


@pytest.mark.parametrize(
    "place", [i for i, case in enumerate(CASES) if case.order], ids=lambda i: title(CASES[i])
)
def test_the_error_falls_with_the_order_of_the_method(place: int) -> None:
    """The next term of the error moves the order by up to 0.3; interpolation, of a period that is
    right to 1e-10 s, by 0.7."""
    assert convergence(errors(place)) == pytest.approx(CASES[place].order, abs=0.7)


def test_the_page_shows_every_case() -> None:
    page = PAGE.read_text("utf-8")
    for case in CASES:
        integrator = case.integrator.replace("_", "-")
        assert f"| {case.name} | {case.quantity} | {integrator} |" in page

"""Prints docs/accuracy.md."""

from __future__ import annotations

from tools.accuracy import CASES, Case, convergence

INTRODUCTION = """\
# Accuracy

How far simulated motions are from exact ones, in float64, at three time steps. The order is the
power of the time step with which the error falls between 10 and 2 ms; where the method is exact
there is none, and rounding or the solver's sweeps remain. Semi-implicit Euler is the default;
`integrator: rk4` is for scenes without contacts, limits, servos and loops.

This page is written by `python -m tools.accuracy > docs/accuracy.md`. The cases stand in
`tools/accuracy`, and `tests/physics/test_accuracy.py` holds each of them to its bounds.
"""


def main() -> None:
    print(INTRODUCTION)
    print("| case | error of | integrator | 10 ms | 2 ms | 0.5 ms | order |")
    print("|---|---|---|---|---|---|---|")
    for case in CASES:
        print(row(case))


def row(case: Case) -> str:
    errors = case.errors()
    integrator = case.integrator.replace("_", "-")
    order = f"{convergence(errors):.1f}" if case.order else ""
    cells = [case.name, case.quantity, integrator, *map(_number, errors), order]
    return f"| {' | '.join(cells)} |"


def _number(error: float) -> str:
    return "rounding" if error < 1e-12 else f"{error:.1e}"


if __name__ == "__main__":
    main()

"""Calls, choices between branches, and loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scenert.lanes.arrays import Array, constant_values, scalars
from scenert.lanes.builder import Builder
from scenert.lanes.calls import CALLS, called
from scenert.lanes.errors import LaneError
from scenert.lanes.interpret import inlined
from scenert.lanes.registry import rule
from scenert.lanes.rules.cost import worth_unrolling
from scenert.lanes.rules.elementwise import each
from scenert.lanes.rules.loop import rolled, unrolled
from scenert.lanes.scan import Scan


@rule(*CALLS)
def _call(builder: Builder, equation: Any, *operands: Array) -> Sequence[Array]:
    return inlined(builder, called(equation.params), operands)


@rule("cond")
def _cond(builder: Builder, equation: Any, which: Array, *operands: Array) -> Sequence[Array]:
    branches = equation.params["branches"]
    known = constant_values(builder, which)
    if known is not None:
        chosen = int(np.clip(int(known), 0, len(branches) - 1))
        return inlined(builder, branches[chosen], operands)
    results = [inlined(builder, branch, operands) for branch in branches]
    condition = scalars(which).item()
    return [
        each(lambda *row: _chosen(builder, condition, row), *cases)
        for cases in zip(*results, strict=True)
    ]


def _chosen(builder: Builder, condition: int, values: Sequence[int]) -> int:
    """The value of the branch that runs; all branches are computed."""
    type_, result = builder.program.types[condition], values[-1]
    for place in reversed(range(len(values) - 1)):
        earlier = builder.compare("le", condition, builder.constant(type_, place))
        value_type = builder.program.types[values[place]]
        result = builder.emit("select", value_type, earlier, values[place], result)
    return result


@rule("while")
def _while(_: Builder, __: Any, *___: Array) -> Sequence[Array]:
    raise LaneError("the number of passes is known at run time only; use a scan or a fori_loop")


@rule("scan")
def _scan(builder: Builder, equation: Any, *operands: Array) -> Sequence[Array]:
    scan = Scan.of(equation.params)
    run = unrolled if worth_unrolling(scan, builder.rows) else rolled
    return run(builder, scan, operands)

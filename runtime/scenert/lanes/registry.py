"""The table of rules: primitive name -> function that scalarizes it.

A rule gets the builder, the equation and its operands and returns the results. The rules stand in
`scenert.lanes.rules`, by family.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from scenert.lanes.arrays import Array

Rule: TypeAlias = Callable[..., Sequence[Array]]

_RULES: dict[str, Rule] = {}


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of these primitives."""

    def register(function: Rule) -> Rule:
        _RULES.update(dict.fromkeys(primitives, function))
        return function

    return register


def rule_for(primitive: str) -> Rule | None:
    """The rule of a primitive, or None."""
    return _RULES.get(primitive)


def primitives() -> tuple[str, ...]:
    """The names of all primitives that have a rule, sorted."""
    return tuple(sorted(_RULES))

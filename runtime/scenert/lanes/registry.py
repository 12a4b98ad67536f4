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
_ELEMENTWISE: set[str] = set()


def rule(*primitives: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of these primitives."""

    def register(function: Rule) -> Rule:
        _RULES.update(dict.fromkeys(primitives, function))
        return function

    return register


def elementwise(*primitives: str) -> Callable[[Rule], Rule]:
    """Register a function as the rule of primitives that work element by element.

    Each element of the result depends on the elements at the same place of operands of the same
    rank, where an operand of extent 1 is broadcast, and on scalars.
    """
    _ELEMENTWISE.update(primitives)
    return rule(*primitives)


def is_elementwise(primitive: str) -> bool:
    """Whether a primitive works element by element."""
    return primitive in _ELEMENTWISE


def rule_for(primitive: str) -> Rule | None:
    """The rule of a primitive, or None."""
    return _RULES.get(primitive)


def primitives() -> tuple[str, ...]:
    """The names of all primitives that have a rule, sorted."""
    return tuple(sorted(_RULES))

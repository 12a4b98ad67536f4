"""Lint: what a scene says that its author hardly meant. Warnings, judged at the authored values.

Each rule is a function from the scene to its warnings, in a file of that name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scenec.diagnostics import Diagnostic, Reporter
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored
from scenec.passes.lint.impacts import impacts_through_rows
from scenec.passes.lint.inertia import impossible_inertia
from scenec.passes.lint.limits import outside_limits, unreachable_limits
from scenec.passes.lint.pairs import idle_pairs
from scenec.passes.lint.penetration import penetration
from scenec.passes.lint.servos import stiff_servos
from scenec.passes.lint.unused import unused_parameters

__all__ = ["lint"]

Rule = Callable[[SceneIR, Authored], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    penetration,
    impossible_inertia,
    outside_limits,
    unreachable_limits,
    stiff_servos,
    idle_pairs,
    unused_parameters,
    impacts_through_rows,
)


def lint(scene: SceneIR) -> list[Diagnostic]:
    """The warnings about `scene`, sorted by place."""
    authored = Authored(scene)
    return list(Reporter(w for rule in RULES for w in rule(scene, authored)).diagnostics)

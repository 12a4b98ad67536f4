"""Moments of inertia that no rigid body has."""

from __future__ import annotations

from collections.abc import Iterator

from scenec.diagnostics import Diagnostic
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored, warning

_ROUNDING = 1e-9


def impossible_inertia(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """Of three principal moments none exceeds the sum of the others: they are sums of squares."""
    for body in scene.bodies:
        a, b, c = sorted(authored.vector(body.inertia))
        if c > (a + b) * (1 + _ROUNDING):
            message = f"no rigid body has the inertia of `{body.name}`: {c:g} exceeds {a:g} + {b:g}"
            hint = "the largest moment is at most the sum of the other two"
            yield warning("W0602", message, body.span, hint)

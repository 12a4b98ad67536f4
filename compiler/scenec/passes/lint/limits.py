"""Joint limits that the initial position violates, or that the joint never reaches."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scenec.diagnostics import Diagnostic
from scenec.ir.scene import Joint, SceneIR
from scenec.passes.lint.authored import Authored, warning

_ROUNDING = 1e-9


def _limits(scene: SceneIR, authored: Authored) -> Iterator[tuple[Joint, float, float, float]]:
    """Each limited degree of freedom: its joint, lower limit, initial position, upper limit."""
    for joint in scene.joints:
        for limit, angle in zip(joint.limits, joint.angle, strict=False):
            if limit is not None:
                low, high = (authored.number(x) for x in limit)
                yield joint, low, authored.number(angle), high


def outside_limits(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """The first step would push such a joint back."""
    for joint, low, angle, high in _limits(scene, authored):
        if not low - _ROUNDING <= angle <= high + _ROUNDING:
            message = f"`{joint.name}` starts at {angle:g}, outside its limits {low:g} to {high:g}"
            yield warning("W0603", message, joint.span, "set its `angle:` between the limits")


def unreachable_limits(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """Beyond half a turn an angle is the same rotation as a smaller one."""
    for joint, low, _, high in _limits(scene, authored):
        if joint.kind != "slide" and max(abs(low), abs(high)) > math.pi + _ROUNDING:
            degrees = f"{math.degrees(low):g} deg to {math.degrees(high):g} deg"
            message = f"the limits of `{joint.name}`, {degrees}, lie beyond half a turn"
            hint = "keep them within -180 deg and 180 deg, or check the unit"
            yield warning("W0604", message, joint.span, hint)

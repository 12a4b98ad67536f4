"""Servos too stiff for the time step."""

from __future__ import annotations

from collections.abc import Iterator

from scenec.diagnostics import Diagnostic
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored, warning


def stiff_servos(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """A servo with gain * timestep above 1 overshoots its target in one step, so it trembles."""
    timestep = authored.number(scene.options.timestep)
    for servo in scene.actuators:
        gain = authored.number(servo.gain) if servo.gain is not None else 0.0
        if gain * timestep > 1 + 1e-9:
            share = f"{gain * timestep:.3g}"
            message = f"`{servo.name}` is too stiff: one step moves it {share} times its error"
            hint = f"use a gain of at most {1 / timestep:g} /s, or a shorter time step"
            yield warning("W0605", message, servo.span, hint)

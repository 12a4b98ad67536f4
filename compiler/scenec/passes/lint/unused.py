"""Parameters that influence nothing: their gradient is 0 whatever the loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from scenec.diagnostics import Diagnostic
from scenec.ir.scalar import Scalar, elements
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored, warning

_FREED = ("constants.", "use.")  # freed together with the numbers that depend on them


def unused_parameters(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:  # noqa: ARG001
    """Parameters on which no number of the scene depends."""
    used = {element.name for scalar in _scalars(scene) for element in elements(scalar)}
    for parameter in scene.parameters:
        if parameter.name not in used and not parameter.name.startswith(_FREED):
            message = f"the parameter `{parameter.name}` influences nothing"
            yield warning("W0607", message, parameter.span, "use it in an expression, or remove it")


def _scalars(part: Any) -> Iterator[Scalar]:
    """Every scalar of the scene."""
    if isinstance(part, Scalar):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from _scalars(item)
    elif is_dataclass(part):
        for field in fields(part):
            yield from _scalars(getattr(part, field.name))

"""Impacts that pass through joints kept by rows."""

from __future__ import annotations

from collections.abc import Iterator

from scenec.diagnostics import Diagnostic
from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored, warning
from scenec.passes.pairs import find_pairs


def impacts_through_rows(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:
    """In maximal coordinates a blow reaches the other bodies through the rows of the joints, of
    which the sweeps of an impact are too few, and whose forces do not follow it until the step
    ends."""
    kept = scene.options.coordinates == "maximal" and any(j.kind != "weld" for j in scene.joints)
    if kept and _are_continuous(scene, authored):
        message = "impacts in maximal coordinates are rough, and so are derivatives through them"
        hint = "use `coordinates: reduced`, in which joints hold exactly"
        yield warning("W0608", message, scene.options.span, hint)


def _are_continuous(scene: SceneIR, authored: Authored) -> bool:
    """Whether impacts have instants of their own."""
    chosen, pairs = scene.options.impacts, list(find_pairs(scene))
    bounces = any(
        authored.number(pair.restitution) > 0 and authored.number(pair.softness) == 0
        for pair in pairs
    )
    return bool(pairs) and (chosen == "continuous" or (chosen is None and bounces))

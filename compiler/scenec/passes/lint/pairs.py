"""Pairs that can never touch, so that what they say has no effect."""

from __future__ import annotations

from collections.abc import Iterator

from scenec.diagnostics import Diagnostic
from scenec.ir.scene import Pair, SceneIR
from scenec.passes.lint.authored import Authored, warning


def idle_pairs(scene: SceneIR, authored: Authored) -> Iterator[Diagnostic]:  # noqa: ARG001
    """Pairs of bodies without spheres, of joined bodies, of things that never move, or listed
    before."""
    bodies = {body.name: body for body in scene.bodies}
    joined = {frozenset((joint.parent, joint.child)) for joint in scene.joints}
    seen: set[frozenset[str]] = set()
    for pair in scene.pairs:
        both = frozenset(pair.between)
        members = [bodies[name] for name in pair.between if name in bodies]
        bare = next((body.name for body in members if not body.spheres), None)
        if bare is not None:
            yield _idle(pair, f"`{bare}` has no spheres", "give it `spheres:`")
        elif both in joined or len(both) == 1:
            yield _idle(pair, "joined bodies do not touch", "take the pair away")
        elif all(body.root == "fixed" for body in members):
            yield _idle(pair, "neither of them moves", "take the pair away")
        elif both in seen:
            yield _idle(pair, "it is listed before", "keep one of the two")
        seen.add(both)


def _idle(pair: Pair, reason: str, hint: str) -> Diagnostic:
    first, second = pair.between
    message = f"this pair of `{first}` and `{second}` has no effect: {reason}"
    return warning("W0606", message, pair.span, hint)

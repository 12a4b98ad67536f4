"""Judge the scene as a whole: what is right in every part and yet cannot be simulated."""

from __future__ import annotations

from collections.abc import Iterator

from scenec.diagnostics import Reporter, Span
from scenec.ir.scene import WORLD, SceneIR
from scenec.passes.pairs import find_pairs
from scenec.passes.weld import immobile, place_bodies


def judge(scene: SceneIR, reporter: Reporter, start: Span) -> None:
    """Report what no simulation could make sense of; `start` is where the file begins."""
    still = immobile(scene, place_bodies(scene, fold=True))
    if scene.bodies and len(still) == len(scene.bodies):
        hint = "add a body that hangs on no joint, or a joint that moves"
        reporter.error("E0511", "nothing in this scene can move", start, hint)
    for joint in scene.joints:
        if joint.closes_loop and {joint.parent, joint.child} <= still | {WORLD}:
            message = f"`{joint.parent}` and `{joint.child}` cannot move: nothing is left to join"
            reporter.error("E0512", message, joint.span, "take the joint away")
    options = scene.options
    if options.solver == "lcp":
        message = "the solver `lcp` is not part of this version"
        reporter.error("E0207", message, options.span, "use `kind: pgs`")
    if options.integrator == "rk4" and (found := ", ".join(_constraints(scene))):
        message = f"`rk4` is for scenes without constraints, and this one has {found}"
        reporter.error("E0513", message, options.span, "use `integrator: semi_implicit`")


def _constraints(scene: SceneIR) -> Iterator[str]:
    """What becomes rows for the solver."""
    if scene.options.coordinates == "maximal" and scene.joints:
        yield "joints in maximal coordinates"
    elif any(joint.closes_loop for joint in scene.joints):
        yield "loops"
    if any(limit is not None for joint in scene.joints for limit in joint.limits):
        yield "joint limits"
    if any(actuator.kind in ("servo", "velocity") for actuator in scene.actuators):
        yield "servos"
    if any(find_pairs(scene)):
        yield "contacts"

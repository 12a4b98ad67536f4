"""Resolve: Scene to SceneIR. Names are looked up, templates expanded, numbers evaluated.

Every fault of the file is reported at once: those that reading left in `Scene.faults` and those
found here; a scene without any is then judged as a whole. A number at fault becomes nan, which no
later check takes offence at; a thing at fault is left out, and naming it is no second fault.
"""

from __future__ import annotations

from collections.abc import Sequence

from scenec.diagnostics import Reporter
from scenec.ir.scene import SceneIR
from scenec.passes.resolve import bodies, devices, joints, world
from scenec.passes.resolve.context import Context
from scenec.passes.resolve.expand import expand
from scenec.passes.resolve.free import Freedom
from scenec.passes.resolve.parameters import Parameters
from scenec.passes.resolve.things import Things
from scenec.passes.resolve.topology import arrange
from scenec.passes.resolve.whole import judge
from scenec.syntax.schema import Scene

__all__ = ["resolve"]


def resolve(scene: Scene, free: Sequence[str] = ()) -> SceneIR:
    """The scene with nothing left to look up; the numbers at the paths in `free` (or `all`) become
    parameters.

    Raises CompileError with every fault of the scene.
    """
    freedom = Freedom.of(scene, free)
    paths = freedom.paths
    ir, context = _resolve(scene, paths)
    while freedom.tolerant and (unfit := context.parameters.unfit):
        paths -= unfit
        ir, context = _resolve(scene, paths)
    freedom.check(context)
    context.reporter.stop_if_faulty()
    judge(ir, context.reporter, scene.span)
    context.reporter.stop_if_faulty()
    return ir


def _resolve(scene: Scene, free: frozenset[str]) -> tuple[SceneIR, Context]:
    reporter = Reporter(scene.faults, scene.included)
    context = Context(reporter, Parameters(free), scene.broken)
    scopes = expand(scene, context)
    things = Things.collect(scopes, scene)
    surfaces = world.Surfaces(things)
    planes = tuple(world.plane(p, surfaces) for p in things.of["planes"].values())
    links = joints.links(things)
    topology = arrange(links, things.of["bodies"])
    linked = {link.joint.name for link in links}
    for name, thing in things.of["joints"].items():
        if name not in linked:
            joints.check_unlinked(thing)
    actuators = (devices.actuator(a, things) for a in things.of["servos"].values())
    sensors = (devices.sensor(s, things) for s in things.of["sensors"].values())
    ir = SceneIR(
        name=str(scene.name),
        options=world.options(scene.options, scopes[0]),
        planes=planes,
        bodies=tuple(
            bodies.body(b, name in topology.carriers, surfaces)
            for name, b in things.of["bodies"].items()
        ),
        joints=tuple(joints.joint(link, topology.closes_loop(link)) for link in links),
        actuators=tuple(a for a in actuators if a is not None),
        sensors=tuple(s for s in sensors if s is not None),
        pairs=world.pairs(scene.pairs, things, scopes[0]),
        parameters=context.parameters.found,
    )
    return ir, context

"""Numbers of the file that become parameters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scenec.diagnostics import CompileError
from scenec.ir.scalar import show
from scenec.ir.scene import SceneIR
from scenec.passes.resolve import resolve
from scenec.syntax.document import parse
from scenec.syntax.validate import validate

SCENES = sorted((Path(__file__).parents[4] / "scenes").glob("*.yaml"))
Resolved = Callable[..., SceneIR]

SCENE = """\
scenec: 1
params: {r: 5 cm}
constants: {weight: 2 kg}
materials: {rubber: {friction: 0.9}}
world: {planes: {ground: {offset: -1 m, material: rubber}}}
templates:
  bob:
    args: [x]
    bodies: {b: {mass: 3 kg, inertia: {cylinder: [1 cm, 2 cm]}, position: [x, 0, 5 m]}}
bodies:
  ball: {mass: weight, spheres: [{radius: r}]}
  tip: {mass: 1 kg, inertia: [1, 1, 1]}
  rod: {mass: 1 kg, inertia: [1, 1, 1]}
joints:
  hip: {type: universal, parent: ball, child: tip, axes: [[1, 0, 0], [0, 1, 0]],
        limits: [[-10 deg, 10 deg], [-1, 1]]}
  knee: {type: hinge, parent: tip, child: rod, axis: [0, 2, 0]}
servos: {knee: {joint: knee, gain: 30 /s, max_torque: 3 N*m}}
pairs: [{between: [ball, ground], friction: 0.4}]
use:
  - {template: bob, name: one, x: 1 m}
  - {template: bob, name: two, x: 2 m}
"""


@pytest.mark.parametrize(
    ("path", "shape", "value", "unit"),
    [
        ("bodies.ball.mass", (), (2.0,), "kg"),
        ("constants.weight", (), (2.0,), "kg"),
        ("bodies.ball.velocity.linear", (3,), (0, 0, 0), "m/s"),
        ("bodies.ball.velocity.angular", (3,), (0, 0, 0), "rad/s"),
        ("bodies.ball.position", (3,), (0, 0, 0), "m"),
        ("bodies.ball.position.2", (), (0.0,), "m"),
        ("bodies.ball.rotation.quaternion", (4,), (1, 0, 0, 0), "1"),
        ("bodies.ball.rotation.rpy", (3,), (0, 0, 0), "rad"),
        ("bodies.ball.spheres.0.radius", (), (0.05,), "m"),
        ("bodies.ball.spheres.0.center", (3,), (0, 0, 0), "m"),
        ("bodies.tip.inertia", (3,), (1, 1, 1), "kg m^2"),
        ("templates.bob.bodies.b.inertia.cylinder", (2,), (0.01, 0.02), "m"),
        ("templates.bob.bodies.b.mass", (), (3.0,), "kg"),
        ("templates.bob.bodies.b.position.2", (), (5.0,), "m"),
        ("joints.hip.limits.1", (2,), (-1, 1), "rad"),
        ("joints.hip.limits.1.0", (), (-1.0,), "rad"),
        ("joints.hip.axes", (2, 3), (1, 0, 0, 0, 1, 0), "1"),
        ("joints.hip.damping", (), (0.0,), "N m s"),
        ("joints.knee.axis", (3,), (0, 2, 0), "1"),
        ("joints.knee.angle", (), (0.0,), "rad"),
        ("servos.knee.gain", (), (30.0,), "1/s"),
        ("servos.knee.max_torque", (), (3.0,), "N m"),
        ("pairs.0.friction", (), (0.4,), "1"),
        ("materials.rubber.friction", (), (0.9,), "1"),
        ("materials.rubber.restitution", (), (0.0,), "1"),
        ("world.planes.ground.offset", (), (-1.0,), "m"),
        ("world.planes.ground.normal", (3,), (0, 0, 1), "1"),
        ("options.gravity", (3,), (0, 0, -9.81), "m/s^2"),
        ("options.timestep", (), (0.01,), "s"),
        ("options.stabilization", (), (0.2,), "1"),
        ("use.0.x", (), (1.0,), "m"),
    ],
)
def test_a_free_number_has_its_path_shape_value_and_unit(
    path: str, shape: tuple[int, ...], value: tuple[float, ...], unit: str, resolved: Resolved
) -> None:
    free = [p for p in resolved(SCENE, [path]).parameters if p.name != "r"]
    assert [(p.name, p.shape, p.value, p.unit) for p in free] == [(path, shape, value, unit)]


def test_limits_keep_their_shape_and_index(resolved: Resolved) -> None:
    ir = resolved(SCENE, ["joints.hip.limits"])
    limits = next(p for p in ir.parameters if p.name == "joints.hip.limits")
    assert limits.shape == (2, 2)
    assert limits.value == pytest.approx((-0.17453292, 0.17453292, -1, 1))
    low, high = ir.joints[0].limits[1] or pytest.fail("no limits")
    assert (show(low), show(high)) == ("joints.hip.limits[1][0]", "joints.hip.limits[1][1]")


def test_a_free_number_is_no_longer_tied_to_a_parameter(resolved: Resolved) -> None:
    ir = resolved(SCENE, ["bodies.ball.spheres.0.radius"])
    assert show(ir.bodies[0].spheres[0].radius) == "bodies.ball.spheres.0.radius"


def test_a_free_axis_is_normalized_in_the_program(resolved: Resolved) -> None:
    ir = resolved(SCENE, ["joints.knee.axis"])
    assert "sqrt" in show(ir.joints[1].axes[0][1])


def test_a_number_of_a_template_is_shared_by_its_instances(resolved: Resolved) -> None:
    ir = resolved(SCENE, ["templates.bob.bodies.b.mass"])
    assert [show(b.mass) for b in ir.bodies[-2:]] == ["templates.bob.bodies.b.mass"] * 2


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.stem)
def test_all_numbers_of_every_scene_can_be_free(scene: Path) -> None:
    ir = resolve(validate(parse(scene)), ["all"])
    names = [p.name for p in ir.parameters]
    assert "options.timestep" in names
    assert len(names) == len(set(names))


def test_all_passes_over_what_has_no_one_value(resolved: Resolved) -> None:
    names = {p.name for p in resolved(SCENE, ["all"]).parameters}
    assert "templates.bob.bodies.b.position" not in names
    assert {"use.0.x", "use.1.x", "constants.weight", "bodies.ball.mass", "r"} <= names


def test_all_leaves_defaults_alone(resolved: Resolved) -> None:
    names = {p.name for p in resolved(SCENE, ["all"]).parameters}
    assert not names & {"options.timestep", "bodies.ball.velocity.linear"}


def test_all_and_a_default_besides(resolved: Resolved) -> None:
    names = {p.name for p in resolved(SCENE, ["all", "options.timestep"]).parameters}
    assert "options.timestep" in names


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bodies.bal.mass", "E0313"),
        ("nonsense", "E0313"),
        ("", "E0313"),
        ("params.r", "E0314"),
        ("joints.knee.limits", "E0313"),
        ("options.solver.iterations", "E0313"),
        ("templates.bob.bodies.b.position", "E0314"),
        ("bodies.tip.position", "E0314"),
    ],
)
def test_what_cannot_be_free(path: str, code: str, resolved: Resolved) -> None:
    with pytest.raises(CompileError) as fault:
        resolved(SCENE, [path])
    assert [d.code for d in fault.value.diagnostics] == [code]


@pytest.mark.parametrize(
    ("path", "bounds"),
    [
        ("bodies.ball.mass", (0, None)),
        ("bodies.tip.inertia", (0, None)),
        ("bodies.tip.inertia.1", (0, None)),
        ("bodies.ball.spheres.0.radius", (0, None)),
        ("bodies.ball.position", (None, None)),
        ("joints.hip.damping", (0, None)),
        ("materials.rubber.restitution", (0, 1)),
        ("materials.rubber.softness", (0, None)),
        ("options.stabilization", (0, 1)),
        ("constants.weight", (0, None)),
    ],
)
def test_free_numbers_have_the_bounds_of_their_keys(
    resolved: Resolved, path: str, bounds: tuple[float | None, float | None]
):
    parameter = resolved(SCENE, [path]).parameters[-1]
    assert parameter.name == path
    assert (parameter.minimum, parameter.maximum) == bounds


@pytest.mark.parametrize(
    ("param", "mass", "bounds"),
    [
        ("1 kg", "weight", (0, None)),
        ("{value: 1 kg, min: -1 kg, max: 3 kg}", "weight", (0, 3)),
        ("{value: 1 kg, min: 500 g}", "weight", (0.5, None)),
        ("{value: 1 kg, max: 3 kg}", "2 * weight", (None, 3)),
        ("[1 kg, -2 kg]", "weight[0]", (None, None)),
    ],
)
def test_parameters_share_the_bounds_of_the_keys_whose_values_they_are(
    resolved: Resolved, param: str, mass: str, bounds: tuple[float | None, float | None]
):
    scene = f"scenec: 1\nparams: {{weight: {param}}}\nbodies:\n"
    scene += f"  ball: {{mass: '{mass}', inertia: [1, 1, 1]}}\n"
    (parameter,) = resolved(scene).parameters
    assert (parameter.minimum, parameter.maximum) == bounds

"""What a scene's text means."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from scenec.ir.scalar import Constant, Scalar, Vector, evaluate, show
from scenec.ir.scene import SceneIR

Resolved = Callable[..., SceneIR]


def value(scalar: Scalar) -> float:
    return evaluate(scalar, {})


def values(vector: Vector) -> list[float]:
    return [value(x) for x in vector]


def shown(vector: Vector) -> list[str]:
    return [show(x) for x in vector]


def scene(body: str = "", rest: str = "") -> str:
    """A scene with one body called `b`, of mass 2 kg unless `body` says more."""
    keys = "" if "inertia" in body or "spheres" in body else "inertia: [1, 1, 1], "
    return f"scenec: 1\nbodies:\n  b: {{mass: 2 kg, {keys}{body}}}\n{rest}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25 cm", 0.25),
        ("3", 3.0),
        ("1 km / 4", 250.0),
        ("2 * 3 cm + 1 m", 1.06),
        ("sqrt(4 m * 9 m)", 6.0),
        ("2 m/s * 3 s", 6.0),
        ("10 N / (5 kg) * (2 s)^2", 8.0),
        ("norm([3 m, 4 m])", 5.0),
        ("dot([1, 2], [3 m, 4 m])", 11.0),
        ("cross([1, 0, 0], [0, 2 m, 0])[2]", 2.0),
        ("max(1 cm, 2 cm, 1 mm)", 0.02),
        ("min(1 m, 0)", 0.0),
        ("abs(-3 m)", 3.0),
        ("2 m * sin(30 deg)", 1.0),
        ("1 m * atan2(1 s, 1 s) * 4 / pi", 1.0),
        ("50 % * 1 m", 0.5),
        ("[1 m, 2 m][1]", 2.0),
        ("1e-3 km + 0", 1.0),
        ("2^3 * 1 m", 8.0),
    ],
)
def test_a_length(text: str, expected: float, resolved: Resolved) -> None:
    ir = resolved(scene(f'position: ["{text}", 0, 0]'))
    assert value(ir.bodies[0].position[0]) == pytest.approx(expected)


def test_constants_fold_and_parameters_stay(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\nparams: {thigh: {value: 25 cm, min: 10 cm, max: 40 cm}}\n"
        "constants: {rho: 2 kg/m, half: thigh / 2}\n"
        "bodies: {b: {mass: rho * thigh, inertia: {sphere: 1 cm}, position: [half, 2 * 3 cm, 0]}}"
    )
    (parameter,) = ir.parameters
    assert (parameter.name, parameter.shape, parameter.value) == ("thigh", (), (0.25,))
    assert (parameter.unit, parameter.minimum, parameter.maximum) == ("m", 0.1, 0.4)
    assert show(ir.bodies[0].mass) == "2 * thigh"
    assert shown(ir.bodies[0].position) == ["thigh / 2", "0.06", "0"]


def test_a_vector_parameter(resolved: Resolved) -> None:
    ir = resolved("scenec: 1\nparams: {p: [1 m, 2 m, 0]}\n" + scene("position: 2 * p")[10:])
    assert ir.parameters[0].shape == (3,)
    assert shown(ir.bodies[0].position) == ["2 * p[0]", "2 * p[1]", "2 * p[2]"]


def test_the_unit_of_an_angle(resolved: Resolved) -> None:
    ir = resolved("scenec: 1\nparams: {a: 90 deg, w: 1 rad/s, f: 2 Hz, x: 3}")
    assert [p.unit for p in ir.parameters] == ["rad", "rad/s", "1/s", "1"]


def test_defaults(resolved: Resolved) -> None:
    ir = resolved(scene())
    assert ir.name == "scene"
    assert values(ir.options.gravity) == [0, 0, -9.81]
    assert (value(ir.options.timestep), ir.options.iterations) == (0.01, 10)
    (body,) = ir.bodies
    assert body.root == "free"
    assert values(body.rotation) == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("inertia", "expected"),
    [
        ("[1, 2, 3]", [1, 2, 3]),
        ("{sphere: 3 m}", [7.2, 7.2, 7.2]),
        ("{box: [1 m, 2 m, 3 m]}", [13 / 6, 10 / 6, 5 / 6]),
        ("{cylinder: [2 m, 3 m]}", [3.5, 3.5, 4]),
    ],
)
def test_inertia(inertia: str, expected: list[float], resolved: Resolved) -> None:
    ir = resolved(scene(f"inertia: {inertia}"))
    assert values(ir.bodies[0].inertia) == pytest.approx(expected)


def test_inertia_of_a_dumbbell_of_spheres(resolved: Resolved) -> None:
    ends = "spheres: [{center: [1 m, 0, 0], radius: 1 cm}, {center: [-1 m, 0, 0], radius: 1 cm}]"
    own = 0.4 * 2 * 0.01**2
    ir = resolved(scene(ends))
    assert values(ir.bodies[0].inertia) == pytest.approx([own, own + 2, own + 2])


@pytest.mark.parametrize(
    ("rotation", "expected"),
    [
        ("{axis: [0, 0, 2], angle: 90 deg}", [math.sqrt(0.5), 0, 0, math.sqrt(0.5)]),
        ("{quaternion: [0, 3, 0, 4]}", [0, 0.6, 0, 0.8]),
        ("{rpy: [90 deg, 0, 90 deg]}", [0.5, 0.5, 0.5, 0.5]),
    ],
)
def test_rotation(rotation: str, expected: list[float], resolved: Resolved) -> None:
    ir = resolved(scene(f"rotation: {rotation}"))
    assert values(ir.bodies[0].rotation) == pytest.approx(expected)


def test_the_first_joint_carries_and_later_ones_close_loops(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\nbodies:\n"
        "  a: {mass: 1, inertia: [1, 1, 1]}\n  b: {mass: 1, inertia: [1, 1, 1]}\n"
        "  c: {root: fixed, mass: 1, inertia: [1, 1, 1]}\njoints:\n"
        "  one: {type: ball, parent: world, child: a}\n  two: {type: ball, parent: a, child: b}\n"
        "  three: {type: weld, parent: world, child: b}\n"
        "  four: {type: ball, parent: b, child: c}\n"
    )
    assert [j.closes_loop for j in ir.joints] == [False, False, True, True]
    assert [b.root for b in ir.bodies] == [None, None, "fixed"]


def test_kinds_of_joints(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\nbodies:\n"
        + "".join(f"  {n}: {{mass: 1, inertia: [1, 1, 1]}}\n" for n in "abcde")
        + "joints:\n"
        "  h: {type: hinge, parent: world, child: a, axis: [0, 3, 0], limits: [-1, 1],\n"
        "      angle: 90 deg}\n"
        "  s: {type: slide, parent: world, child: b, axis: [1, 0, 0], angle: 2 cm}\n"
        "  u: {type: universal, parent: world, child: c, axes: [[1, 0, 0], [0, 2, 0]],\n"
        "      limits: [[-1, 1], [-2, 2]]}\n"
        "  k: {type: ball, parent: world, child: d, angle: [0, 0, 1], speed: [1, 2, 3]}\n"
        "  w: {type: weld, parent: world, child: e}\n"
    )
    h, s, u, k, w = ir.joints
    assert [values(axis) for axis in h.axes] == [[0, 1, 0]]
    assert value(h.angle[0]) == pytest.approx(math.pi / 2)
    assert s.limits == (None,)
    assert [values(axis) for axis in u.axes] == [[1, 0, 0], [0, 1, 0]]
    assert u.limits == ((Constant(-1), Constant(1)), (Constant(-2), Constant(2)))
    assert (values(k.angle), values(k.speed), k.limits) == ([0, 0, 1], [1, 2, 3], (None,) * 3)
    assert (w.angle, w.speed, w.limits, w.axes) == ((), (), (), ())


def test_a_servo_on_a_slide_has_a_force(resolved: Resolved) -> None:
    rest = (
        "joints: {j: {type: slide, parent: world, child: b, axis: [1, 0, 0]}}\n"
        "servos:\n  s: {joint: j, gain: 3 /s, max_torque: 4 N, max_speed: 2 m/s}\n"
        "  v: {type: velocity, joint: j, max_torque: 4 N}\n  m: {type: motor, joint: j}\n"
        "  f: {type: force, body: b}"
    )
    s, v, m, f = resolved(scene(rest=rest)).actuators
    assert (s.kind, s.joint, s.max_speed) == ("servo", "j", Constant(2.0))
    assert (v.gain, v.max_torque, v.max_speed) == (None, Constant(4.0), None)
    assert (m.max_torque, f.body, f.joint) == (None, "b", None)


def test_a_distance_is_to_a_body_a_plane_or_a_point(resolved: Resolved) -> None:
    rest = "params: {p: [1 m, 0, 0]}\nworld: {planes: {ground: {}}}\nsensors:\n" + "".join(
        f"  d{n}: {{type: distance, body: b, to: {to}}}\n"
        for n, to in enumerate(["ground", "b", "p", "[0, 0, 1]"])
    )
    a, b, c, d = resolved(scene(rest=rest)).sensors
    assert (a.to, b.to) == ("ground", "b")
    assert isinstance(c.to, tuple)
    assert shown(c.to) == ["p[0]", "p[1]", "p[2]"]
    assert isinstance(d.to, tuple)


TEMPLATE = """\
scenec: 1
params: {length: 20 cm}
constants: {n: 4}
templates:
  link:
    args: [previous, hook]
    params: {mass: {value: 1 kg, min: 0}}
    constants: {half: length / 2}
    bodies: {rod: {mass: mass, inertia: {box: [1 cm, 1 cm, length]}}}
    joints:
      pin: {type: hinge, parent: previous, child: rod, anchor: [0, 0, hook],
            child_anchor: [0, 0, half], axis: [0, 1, 0]}
    sensors: {angle: {type: joint_angle, joint: pin}}
use:
  - {template: link, name: link0, previous: world, hook: 0}
  - template: link
    for: i in 1..n-1
    name: "link{i}"
    previous: "link{i-1}.rod"
    hook: -i * length
"""


def test_template_instances(resolved: Resolved) -> None:
    ir = resolved(TEMPLATE)
    assert [b.name for b in ir.bodies] == [f"link{i}.rod" for i in range(4)]
    assert [j.parent for j in ir.joints] == ["world", "link0.rod", "link1.rod", "link2.rod"]
    assert shown(ir.joints[3].anchor) == ["0", "0", "(-3) * length"]
    assert [s.joint for s in ir.sensors] == [f"link{i}.pin" for i in range(4)]
    assert [p.name for p in ir.parameters] == ["length", *(f"link{i}.mass" for i in range(4))]
    assert show(ir.bodies[2].mass) == "link2.mass"


def test_a_setting_changes_the_number_of_instances(resolved: Resolved) -> None:
    assert len(resolved(TEMPLATE, settings=[("constants.n", "9")]).bodies) == 9


def test_without_braces_the_number_is_appended(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\ntemplates: {t: {bodies: {b: {mass: 1, inertia: [1, 1, 1]}}}}\n"
        "use: [{template: t, for: k in 2..3, name: x}]"
    )
    assert [b.name for b in ir.bodies] == ["x2.b", "x3.b"]


def test_a_template_may_use_another_one(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\ntemplates:\n"
        "  foot: {args: [load], bodies: {b: {mass: load, inertia: [1, 1, 1]}}}\n"
        "  leg: {args: [load], use: [{template: foot, name: foot, load: 2 * load}]}\n"
        "use: [{template: leg, name: fl, load: 3 kg}]"
    )
    (body,) = ir.bodies
    assert (body.name, body.mass) == ("fl.foot.b", Constant(6.0))


def test_an_instance_may_name_what_comes_later(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\ntemplates: {t: {args: [x], constants: {y: x + 1 kg}}}\n"
        "constants: {z: b.y}\n"
        "use: [{template: t, name: a, x: b.y}, {template: t, name: b, x: 1 kg}]\n"
        "bodies: {c: {mass: z + a.y, inertia: [1, 1, 1]}}"
    )
    assert ir.bodies[0].mass == Constant(5.0)


def test_materials_and_pairs(resolved: Resolved) -> None:
    ir = resolved(
        "scenec: 1\nmaterials: {ice: {friction: 0.1, softness: 1 mm/N}}\n"
        "world: {planes: {ground: {normal: [0, 0, 2], material: ice}}}\n"
        "bodies: {b: {mass: 1, spheres: [{radius: 1 cm}], position: [0, 0, 1 m]}}\n"
        "pairs: [{between: [b, ground], friction: 0.4}]"
    )
    assert values(ir.planes[0].normal) == [0, 0, 1]
    assert ir.planes[0].material.friction == Constant(0.1)
    assert value(ir.planes[0].material.softness) == pytest.approx(1e-3)
    assert ir.bodies[0].spheres[0].material.friction == Constant(1.0)
    assert ir.pairs[0].between == ("b", "ground")
    assert (ir.pairs[0].friction, ir.pairs[0].restitution) == (Constant(0.4), None)

"""What a compiled scene says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenec.driver import compile_file
from scenert.abi import Actuator, Body, Field, Joint, Manifest, Parameter, Plane, Sphere

SCENE = """\
scenec: 1
name: rig
params:
  radius: {value: 10 cm, min: 1 cm, max: 1 m}
  at: [1 m, 2 m, 0]
options: {timestep: 5 ms, solver: {iterations: 7}}
world: {planes: {wall: {normal: [0, 2, 0], offset: -3 m}}}
bodies:
  base: {root: free, mass: 2 kg, inertia: [1, 1, 1], position: at}
  camera: {mass: 1 kg, inertia: [1, 1, 1], spheres: [{center: [0, 0, 2 * radius], radius: radius}]}
  arm: {mass: 1 kg, inertia: {box: [1, 2, 3]}}
  eye: {mass: 1 kg, inertia: [1, 1, 1]}
  disc: {root: planar, mass: 1 kg, inertia: [1, 1, 1]}
  post: {root: fixed, mass: 1 kg, inertia: [1, 1, 1]}
joints:
  mount: {type: weld, parent: base, child: camera}
  elbow: {type: hinge, parent: base, child: arm, axis: [0, 1, 0]}
  neck: {type: ball, parent: arm, child: eye}
  loop: {type: slide, parent: world, child: disc, axis: [1, 0, 0]}
servos: {push: {type: force, body: arm}, elbow: {joint: elbow, gain: 1 /s, max_torque: 1 N*m}}
sensors: {height: {type: distance, body: base, to: wall}, imu: {type: imu, body: camera}}
"""


def described(folder: Path, coordinates: str) -> Manifest:
    path = folder / "rig.yaml"
    path.write_text(SCENE, "utf-8")
    artifact = compile_file(path, settings=[("options.coordinates", coordinates)]).artifact
    assert artifact is not None
    return artifact.manifest


@pytest.fixture(params=["reduced", "maximal"])
def manifest(request: pytest.FixtureRequest, tmp_path: Path) -> Manifest:
    """The manifest of the scene above, in both kinds of coordinates."""
    return described(tmp_path, request.param)


def test_what_the_author_wrote(manifest: Manifest) -> None:
    assert manifest.name == "rig"
    assert manifest.timestep == 0.005
    assert manifest.options["iterations"] == 7
    assert manifest.parameters == (
        Parameter("radius", (), "m", "", (0.1,), 0.01, 1.0),
        Parameter("at", (3,), "m", "", (1.0, 2.0, 0.0), None, None),
    )
    assert manifest.planes == (Plane("wall"),)
    assert manifest.spheres == (Sphere("camera"),)


def test_what_control_and_sensors_are(manifest: Manifest) -> None:
    assert manifest.actuators == (
        Actuator("push", "force", "arm", (0, 3), "N"),
        Actuator("elbow", "servo", "elbow", (3, 4), "rad"),
    )
    assert manifest.sensors == (
        Field("height", (), "m", "distance"),
        Field("imu", (15,), "m/s^2, rad/s, 1", "imu"),
    )


def test_roots_and_joints_have_their_places_in_the_state(tmp_path: Path) -> None:
    manifest = described(tmp_path, "reduced")
    assert [(field.name, field.size) for field in manifest.state] == [
        ("q", 25), ("v", 13), ("record", 3),
    ]  # fmt: skip
    assert manifest.bodies == (
        Body("base", "free", (0, 12), (0, 6)),
        Body("camera", "jointed"),
        Body("arm", "jointed", solid="box"),
        Body("eye", "jointed"),
        Body("disc", "planar", (12, 15), (6, 9)),
        Body("post", "fixed", (15, 15), (9, 9)),
    )
    assert manifest.joints == (
        Joint("mount", "weld", "base", "camera"),
        Joint("elbow", "hinge", "base", "arm", (15, 16), (9, 10)),
        Joint("neck", "ball", "arm", "eye", (16, 25), (10, 13)),
        Joint("loop", "slide", "world", "disc"),
    )
    assert manifest.rows == {"joint": 5, "servo": 1, "contact": 3}


def test_in_maximal_coordinates_bodies_have_all_of_the_state(tmp_path: Path) -> None:
    manifest = described(tmp_path, "maximal")
    assert [body.root for body in manifest.bodies] == ["free"] * 4 + ["planar", "fixed"]
    assert manifest.bodies[3].q == (36, 48)
    assert all(joint.q == joint.v == (0, 0) for joint in manifest.joints)
    assert manifest.rows == {"joint": 6 + 5 + 3 + 5, "servo": 1, "contact": 3}


def test_equal_scenes_have_equal_manifests(tmp_path: Path) -> None:
    assert described(tmp_path, "reduced") == described(tmp_path, "reduced")

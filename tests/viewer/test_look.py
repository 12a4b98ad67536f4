"""What is drawn of a robot."""

from __future__ import annotations

import numpy as np
import pytest

import scenec
from scenert.viewer.look import WORLD, Part, parts

SCENE = """
scenec: 1
bodies:
  slab: {mass: 12 kg, inertia: [5, 10, 13], position: [0, 0, 2 m]}
  rod: {mass: 1 kg, inertia: {cylinder: [2 cm, 60 cm]}}
  shank:
    mass: 1 kg
    inertia: [0.01, 0.01, 0.001]
    spheres: [{center: [0, 0, -20 cm], radius: 5 cm}]
  ball: {mass: 1 kg, inertia: [0.1, 0.1, 0.1], spheres: [{radius: 10 cm}]}
  hub: {mass: 1 kg, inertia: [0.02, 0.02, 0.02]}
joints:
  hip: {type: hinge, parent: slab, child: rod, anchor: [1 m, 0, 0], axis: [0, 1, 0]}
  knee: {type: universal, parent: rod, child: shank, child_anchor: [0, 0, 20 cm],
         axes: [[1, 0, 0], [0, 1, 0]]}
  neck: {type: ball, parent: world, child: ball}
  mount: {type: weld, parent: slab, child: hub}
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Part, ...]:
    path = tmp_path_factory.mktemp("scene") / "scene.yaml"
    path.write_text(SCENE, "utf-8")
    sim = scenec.compile(path)
    return parts(sim.manifest, sim.geometry(sim.params()), np.zeros((0, 3)))


def on(drawn: tuple[Part, ...], body: int, role: str) -> list[Part]:
    return [part for part in drawn if part.body == body and part.role == role]


def test_numbers_of_inertia_are_drawn_as_the_box_that_has_them(drawn: tuple[Part, ...]) -> None:
    """12 kg, edges 3, 2, 1: m (2² + 1²) / 12 = 5, m (3² + 1²) / 12 = 10, m (3² + 2²) / 12 = 13"""
    (slab,) = on(drawn, 0, "body")
    assert slab.kind == "box"
    assert slab.size == pytest.approx((3, 2, 1), rel=1e-5)


def test_the_authors_solid_is_drawn(drawn: tuple[Part, ...]) -> None:
    (rod,) = on(drawn, 1, "body")
    assert (rod.kind, rod.size) == ("cylinder", pytest.approx((0.02, 0.6)))


def test_a_limb_reaches_from_its_joint_to_its_foot(drawn: tuple[Part, ...]) -> None:
    (limb,) = on(drawn, 2, "body")
    radius, length = limb.size
    assert limb.kind == "capsule"
    assert length == pytest.approx(0.4)
    assert 0.06 * length < radius < 0.22 * length
    assert limb.position == pytest.approx(np.zeros(3), abs=1e-6)
    assert np.abs(limb.rotation[:, 2]) == pytest.approx([0, 0, 1])


def test_a_ball_is_its_contact_sphere_with_a_pattern(drawn: tuple[Part, ...]) -> None:
    assert on(drawn, 3, "body") == []
    (sphere,) = on(drawn, 3, "sphere")
    assert sphere.marked
    (foot,) = on(drawn, 2, "sphere")
    assert not foot.marked


def test_joints_are_rods_along_their_axes(drawn: tuple[Part, ...]) -> None:
    (hip,) = on(drawn, 0, "joint")
    assert hip.position == pytest.approx([1, 0, 0])
    assert np.abs(hip.rotation[:, 2]) == pytest.approx([0, 1, 0])
    assert len(on(drawn, 1, "joint")) == 2
    assert [part.kind for part in on(drawn, WORLD, "joint")] == ["sphere"]


def test_depth_counts_moving_joints_and_trees_their_roots(drawn: tuple[Part, ...]) -> None:
    bodies = {
        part.body: (part.tree, part.depth) for part in drawn if part.role in ("body", "sphere")
    }
    assert bodies == {0: (0, 0), 1: (0, 1), 2: (0, 2), 3: (1, 1), 4: (0, 0)}

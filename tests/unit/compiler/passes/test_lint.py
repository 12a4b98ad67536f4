"""The poses that the lints see."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenec.ir.scene import SceneIR
from scenec.passes.lint.authored import Authored

JOINTS = {
    "hinge": ("axis: [0, 1, 0], angle: 90 deg", [1, 0, 0]),
    "slide": ("axis: [0, 0, 1], angle: 3 m", [0, 0, 4]),
    "ball": ("angle: [0, 90 deg, 0]", [1, 0, 0]),
    "universal": ("axes: [[1, 0, 0], [0, 1, 0]], angle: [180 deg, 90 deg]", [1, 0, 0]),
    "weld": ("", [0, 0, 1]),
}


@pytest.mark.parametrize("kind", JOINTS)
def test_a_joint_places_its_child(kind: str, resolved: Callable[[str], SceneIR]) -> None:
    keys, expected = JOINTS[kind]
    ir = resolved(
        "scenec: 1\nbodies:\n  rod: {mass: 1, inertia: [1, 1, 1]}\n"
        "  ball: {mass: 1, inertia: [1, 1, 1]}\n"
        "joints:\n"
        f"  j: {{type: {kind}, parent: world, child: rod, child_anchor: [0, 0, -1 m], {keys}}}"
    )
    position, _ = Authored(ir).poses["rod"]
    np.testing.assert_allclose(position, expected, atol=1e-12)


def test_rotations_add_up_along_a_chain(resolved: Callable[[str], SceneIR]) -> None:
    ir = resolved(
        "scenec: 1\nbodies:\n"
        "  a: {root: fixed, mass: 1, inertia: [1, 1, 1], rotation: {rpy: [0, 0, 90 deg]}}\n"
        "  b: {mass: 1, inertia: [1, 1, 1], rotation: {axis: [0, 0, 1], angle: 90 deg}}\n"
        "  ball: {mass: 1, inertia: [1, 1, 1]}\n"
        "joints: {j: {type: weld, parent: a, child: b, anchor: [1 m, 0, 0]}}"
    )
    position, rotation = Authored(ir).poses["b"]
    np.testing.assert_allclose(position, [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(rotation, np.diag([-1, -1, 1]), atol=1e-12)

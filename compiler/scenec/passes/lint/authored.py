"""The numbers of a scene at its parameters' authored values, and the poses that follow."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from scenec.diagnostics import Diagnostic, Span
from scenec.ir.scalar import Scalar, Vector, evaluate
from scenec.ir.scene import WORLD, Body, Joint, SceneIR, authored_values

Array = npt.NDArray[np.float64]

Pose = tuple[Array, Array]
"""Position (3,) [m] and rotation matrix (3, 3) in the world frame."""


def warning(code: str, message: str, span: Span, hint: str | None = None) -> Diagnostic:
    """A warning."""
    return Diagnostic(code, "warning", message, span, hint)


class Authored:
    """Evaluates scalars of one scene."""

    def __init__(self, scene: SceneIR) -> None:
        self._scene = scene
        self._values = authored_values(scene.parameters)

    def number(self, scalar: Scalar) -> float:
        """The value of `scalar`."""
        return evaluate(scalar, self._values)

    def vector(self, vector: Vector) -> Array:
        """The values of `vector`."""
        return np.array([self.number(x) for x in vector])

    @cached_property
    def poses(self) -> dict[str, Pose]:
        """The initial pose of every body."""
        carriers = {j.child: j for j in self._scene.joints if not j.closes_loop}
        bodies = {body.name: body for body in self._scene.bodies}
        poses: dict[str, Pose] = {WORLD: (np.zeros(3), np.eye(3))}
        for name in bodies:
            way = [name]
            while way[-1] not in poses and way[-1] in carriers:
                way.append(carriers[way[-1]].parent)
            for body in reversed([b for b in way if b not in poses]):
                poses[body] = self._pose(bodies[body], carriers.get(body), poses)
        return poses

    def _pose(self, body: Body, carrier: Joint | None, poses: dict[str, Pose]) -> Pose:
        own = _matrix(self.vector(body.rotation))
        if carrier is None:
            return self.vector(body.position), own
        position, rotation = poses[carrier.parent]
        turn, shift = self._motion(carrier)
        turned = rotation @ turn @ own
        joint = position + rotation @ (self.vector(carrier.anchor) + shift)
        return joint - turned @ self.vector(carrier.child_anchor), turned

    def _motion(self, joint: Joint) -> Pose:
        """Rotation and displacement of the initial joint position, in the parent's frame."""
        axes = [self.vector(axis) for axis in joint.axes]
        angle = self.vector(joint.angle)
        if joint.kind == "slide":
            return np.eye(3), axes[0] * angle[0]
        turn: Array = np.eye(3)
        if joint.kind == "ball":
            axes, angle = [angle], np.array([float(np.linalg.norm(angle))])
        for axis, amount in zip(axes, angle, strict=True):
            turn = turn @ _turn(axis, float(amount))
        return turn, np.zeros(3)


def _turn(axis: Array, angle: float) -> Array:
    """Rotation by `angle` about `axis`, of any length but 0 unless the angle is 0 (Rodrigues)."""
    length = float(np.linalg.norm(axis))
    if length == 0.0:
        return np.eye(3)
    x, y, z = axis / length
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: Array = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return turned


def _matrix(quaternion: Array) -> Array:
    """Rotation matrix of a unit quaternion (w, x, y, z)."""
    w, x, y, z = quaternion
    return _turn(np.array([x, y, z]), 2 * float(np.arctan2(np.linalg.norm([x, y, z]), w)))

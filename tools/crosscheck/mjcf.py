"""An articulated tree in MuJoCo: its model, and states in MuJoCo's coordinates.

MuJoCo has the same joints with other conventions. A body's frame moves with the joint, whose axes
are given in that frame; a ball's quaternion and angular velocity, and a free body's angular
velocity, are in the frame of the child; a universal joint is two hinges in one body.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import mujoco
import numpy as np

from scenert import Simulator, State
from scenert.abi import Body, Joint
from tools.crosscheck.tree import Node, Tree, body_name, joint_name

Record = TypeVar("Record", Body, Joint)


def model(tree: Tree, integrator: str, timestep: float) -> mujoco.MjModel:
    """The compiled model; `integrator` is Euler or RK4."""
    children = "".join(_body(tree, i) for i, node in enumerate(tree.nodes) if node.parent < 0)
    if tree.root == "free":
        inertial = _inertial(1.0, tree.inertia)
        children = f'<body name="root"><freejoint/>{inertial}{children}</body>'
    motors = "".join(_motors(place, node) for place, node in enumerate(tree.nodes))
    return mujoco.MjModel.from_xml_string(f"""
        <mujoco>
          <compiler angle="radian"/>
          <option integrator="{integrator}" timestep="{timestep!r}" gravity="{_text(tree.gravity)}">
            <flag energy="enable"/>
          </option>
          <worldbody>{children}</worldbody>
          <actuator>{motors}</actuator>
        </mujoco>""")


def data(tree: Tree, target: mujoco.MjModel, sim: Simulator, state: State) -> mujoco.MjData:
    """MuJoCo's data in the `state` of `sim`."""
    there = mujoco.MjData(target)
    there.qpos[:] = positions(tree, sim, state)
    there.qvel[:] = velocities(tree, sim, state, np.asarray(state.v))
    mujoco.mj_forward(target, there)
    return there


def positions(tree: Tree, sim: Simulator, state: State) -> np.ndarray:
    """qpos for the `state` of `sim`."""
    q = np.asarray(state.q)
    parts = []
    if tree.root == "free":
        start, _ = _record(sim.manifest.bodies, "root").q
        matrix = q[start + 3 : start + 12].reshape(3, 3)
        parts += [q[start : start + 3], quaternion(matrix)]
    for place in _depth_first(tree):
        node, joint = tree.nodes[place], _record(sim.manifest.joints, joint_name(place))
        own = q[slice(*joint.q)]
        if node.kind == "ball":
            rest = matrix_of(node.rotation)
            own = quaternion(rest.T @ own.reshape(3, 3) @ rest)
        parts.append(own)
    return np.concatenate(parts)


def velocities(tree: Tree, sim: Simulator, state: State, v: np.ndarray) -> np.ndarray:
    """qvel for the velocities `v`; the same map takes accelerations to qacc.

    A rotation of axes that turns with ω itself does not change the components of dω/dt.
    """
    q = np.asarray(state.q)
    parts = []
    if tree.root == "free":
        record = _record(sim.manifest.bodies, "root")
        matrix = q[record.q[0] + 3 : record.q[1]].reshape(3, 3)
        own = v[slice(*record.v)]
        parts += [own[3:], matrix.T @ own[:3]]
    for place in _depth_first(tree):
        node, joint = tree.nodes[place], _record(sim.manifest.joints, joint_name(place))
        own = v[slice(*joint.v)]
        if node.kind == "ball":
            turned = q[slice(*joint.q)].reshape(3, 3) @ matrix_of(node.rotation)
            own = turned.T @ own
        parts.append(own)
    return np.concatenate(parts)


def matrix_of(rotation: tuple[float, ...]) -> np.ndarray:
    """Rotation matrix of a quaternion (w, x, y, z)."""
    matrix = np.zeros(9)
    mujoco.mju_quat2Mat(matrix, np.array(rotation))
    return matrix.reshape(3, 3)


def quaternion(matrix: np.ndarray) -> np.ndarray:
    """Quaternion (w, x, y, z) of a rotation matrix."""
    found = np.zeros(4)
    mujoco.mju_mat2Quat(found, matrix.ravel())
    return found


def _body(tree: Tree, place: int) -> str:
    node = tree.nodes[place]
    rest = matrix_of(node.rotation)
    position = np.array(node.anchor) - rest @ node.child_anchor
    children = "".join(
        _body(tree, i) for i, other in enumerate(tree.nodes) if other.parent == place
    )
    return (
        f'<body name="{body_name(place)}" pos="{_text(position)}" quat="{_text(node.rotation)}">'
        f"{_joints(place, node, rest)}{_inertial(node.mass, node.inertia)}{children}</body>"
    )


def _joints(place: int, node: Node, rest: np.ndarray) -> str:
    kind = "hinge" if node.kind == "universal" else node.kind
    axes = [rest.T @ axis for axis in node.axes] or [np.array([0.0, 0.0, 1.0])]
    return "".join(
        f'<joint name="{joint_name(place)}.{i}" type="{kind}" pos="{_text(node.child_anchor)}" '
        f'axis="{_text(axis)}" damping="{node.damping!r}" armature="{node.armature!r}"/>'
        for i, axis in enumerate(axes)
    )


def _motors(place: int, node: Node) -> str:
    """One motor per degree of freedom; of a ball joint, about the axes of the parent, which MuJoCo
    takes as they lie in the child at joint position 0."""
    names = [f"{joint_name(place)}.{i}" for i in range(max(1, len(node.axes)))]
    if node.kind != "ball":
        return "".join(f'<motor joint="{name}"/>' for name in names)
    return "".join(
        f'<motor jointinparent="{names[0]}" gear="{_text(axis)} 0 0 0"/>'
        for axis in matrix_of(node.rotation)
    )


def _inertial(mass: float, inertia: tuple[float, ...]) -> str:
    return f'<inertial pos="0 0 0" mass="{mass!r}" diaginertia="{_text(inertia)}"/>'


def _depth_first(tree: Tree, parent: int = -1) -> list[int]:
    """Places of the nodes in MuJoCo's order of bodies."""
    own = [i for i, node in enumerate(tree.nodes) if node.parent == parent]
    return [place for i in own for place in (i, *_depth_first(tree, i))]


def _record(records: Sequence[Record], name: str) -> Record:
    return next(record for record in records if record.name == name)


def _text(values: Iterable[float]) -> str:
    return " ".join(repr(float(value)) for value in values)

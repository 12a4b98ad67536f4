"""Setting bodies and joints by hand: which entries of the state are theirs, and what they may be.

Values may be traced, and may have leading axes where the state has them; what can only be judged by
its numbers (a matrix that is no rotation) is judged where there are numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

from scenert.abi import Body, Joint, Manifest
from scenert.names import unknown
from scenert.orientation import as_matrix, is_known, pitch_of
from scenert.state import State

Named = TypeVar("Named", Body, Joint)


class Motion(NamedTuple):
    """What to give a body: (3,) [m], a rotation, (3,) [m/s], (3,) [rad/s]; None leaves it as is."""

    position: Array | None
    rotation: Array | None
    linear: Array | None
    angular: Array | None


def motion(
    dtype: np.dtype,
    position: ArrayLike | None,
    rotation: ArrayLike | None,
    linear: ArrayLike | None,
    angular: ArrayLike | None,
) -> Motion:
    """The arguments of `Simulator.place` as arrays; ValueError for wrong shapes."""
    return Motion(
        None if position is None else _vector(position, 3, "position", dtype),
        None if rotation is None else as_matrix(rotation, dtype),
        None if linear is None else _vector(linear, 3, "linear", dtype),
        None if angular is None else _vector(angular, 3, "angular", dtype),
    )


def place(manifest: Manifest, state: State, body: str, target: Motion) -> State:
    """`Simulator.place`."""
    record = _find("body", body, manifest.bodies)
    match record.root:
        case "free":
            return _place_free(state, record, target)
        case "planar":
            return _place_planar(state, record, target)
    raise ValueError(_why_not_free(manifest, record))


def set_joint(
    manifest: Manifest,
    state: State,
    joint: str,
    angle: ArrayLike | None,
    speed: ArrayLike | None,
) -> State:
    """`Simulator.set_joint`."""
    record = _find("joint", joint, manifest.joints)
    if record.kind == "weld":
        raise ValueError(f"joint {joint!r} is a weld: it has no angle")
    if record.q[0] == record.q[1]:
        raise ValueError(
            f"joint {joint!r} is kept by constraint rows and has no coordinates of its own; "
            f"place {record.child!r} instead"
        )
    q, v, dtype = state.q, state.v, state.q.dtype
    if angle is not None:
        q = _put(q, record.q[0], _joint_position(record, angle, dtype))
    if speed is not None:
        v = _put(v, record.v[0], _freedoms(record, speed, "speed", dtype))
    return state.replace(q=q, v=v)


def _place_free(state: State, body: Body, target: Motion) -> State:
    q, v = state.q, state.v
    if target.position is not None:
        q = _put(q, body.q[0], target.position)
    if target.rotation is not None:
        q = _put(q, body.q[0] + 3, _flat(target.rotation))
    if target.angular is not None:
        v = _put(v, body.v[0], target.angular)
    if target.linear is not None:
        v = _put(v, body.v[0] + 3, target.linear)
    return state.replace(q=q, v=v)


def _place_planar(state: State, body: Body, target: Motion) -> State:
    q, v = state.q, state.v
    if target.position is not None:
        q = _put(q, body.q[0], target.position[..., ::2])
    if target.rotation is not None:
        q = _put(q, body.q[0] + 2, pitch_of(target.rotation, body.name)[..., None])
    if target.linear is not None:
        _require_zero(target.linear[..., 1:2], f"planar body {body.name!r} cannot move along y")
        v = _put(v, body.v[0], target.linear[..., ::2])
    if target.angular is not None:
        _require_zero(target.angular[..., ::2], f"planar body {body.name!r} turns about y only")
        v = _put(v, body.v[0] + 2, target.angular[..., 1:2])
    return state.replace(q=q, v=v)


def _why_not_free(manifest: Manifest, body: Body) -> str:
    """Why `body` cannot be placed, and what to set instead."""
    for joint in manifest.joints:
        if joint.child == body.name:
            return f"body {body.name!r} hangs on joint {joint.name!r}: use set_joint for that one"
    return f"body {body.name!r} is fixed to the world and cannot be placed"


def _find(kind: str, name: str, records: Sequence[Named]) -> Named:
    for record in records:
        if record.name == name:
            return record
    raise ValueError(unknown(kind, name, [record.name for record in records]))


def _joint_position(joint: Joint, angle: ArrayLike, dtype: np.dtype) -> Array:
    if joint.kind != "ball":
        return _freedoms(joint, angle, "angle", dtype)
    return _flat(as_matrix(angle, dtype))


def _freedoms(joint: Joint, value: ArrayLike, what: str, dtype: np.dtype) -> Array:
    """`value` with one entry for each degree of freedom of `joint`; scalars stand for one entry."""
    size = joint.v[1] - joint.v[0]
    array = jnp.asarray(value, dtype)
    single = size == 1 and (array.ndim == 0 or array.shape[-1] != 1)
    return _vector(array[..., None] if single else array, size, f"{what} of {joint.name!r}", dtype)


def _vector(value: ArrayLike, size: int, name: str, dtype: np.dtype) -> Array:
    array = jnp.asarray(value, dtype)
    if array.ndim == 0 or array.shape[-1] != size:
        raise ValueError(f"{name} has shape {array.shape}, expected ({size},)")
    return array


def _flat(matrix: Array) -> Array:
    return matrix.reshape(*matrix.shape[:-2], 9)


def _put(target: Array, start: int, value: Array) -> Array:
    """`target` with `value` in the last axis from `start` on."""
    return target.at[..., start : start + value.shape[-1]].set(value)


def _require_zero(value: Array, message: str) -> None:
    if is_known(value) and np.any(np.asarray(value)):
        raise ValueError(message)

"""What a trajectory shows: poses, contact forces, sensor readings and controls, frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from scenert.recording import Trajectory, TrajectoryError
from scenert.simulator import Simulator
from scenert.state import Geometry, State

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Motion:
    """What `n_robot` robots show in `n_frame` frames.

    time        (n_frame,) [s] since the first one
    position    (n_robot, n_frame, n_body, 3) [m]
    rotation    (n_robot, n_frame, n_body, 3, 3)
    point       (n_robot, n_frame, n_contact, 3) [m] where forces act
    force       (n_robot, n_frame, n_contact, 3) [N], the mean since the frame before; both are None
                where the control was not recorded
    sensors     by name (n_robot, n_frame, size)
    control     by actuator (n_robot, n_frame, size), where it was recorded
    geometry    of every robot
    """

    time: Numbers
    position: Numbers
    rotation: Numbers
    point: Numbers | None
    force: Numbers | None
    sensors: dict[str, Numbers]
    control: dict[str, Numbers]
    geometry: tuple[Geometry, ...]


def motion(sim: Simulator, trajectory: Trajectory, rate: float) -> Motion:
    """The motion of `trajectory` in at most `rate` frames per second.

    Raises TrajectoryError where a state is not finite, naming the step.
    """
    _refuse_nonfinite(sim, trajectory)
    stride = max(1, round(1 / (rate * sim.dt)))
    dtype = trajectory.states.q.dtype
    params = {name: jnp.asarray(x, dtype) for name, x in trajectory.params.items()}
    shown: State = jax.tree.map(lambda x: jnp.asarray(x[:, ::stride]), trajectory.states)
    n_robot, n_frame = shown.q.shape[:2]
    poses = _each(sim.poses)(params, shown)
    control = trajectory.control
    held = np.zeros((n_robot, trajectory.n_frame, sim.n_control)) if control is None else control
    sensed = _each(sim.sense)(params, shown, jnp.asarray(held[:, ::stride], dtype))
    point, force = (None, None) if control is None else _touch(sim, trajectory, params, stride)
    return Motion(
        time=np.arange(n_frame) * stride * sim.dt,
        position=np.asarray(poses.position),
        rotation=np.asarray(poses.rotation),
        point=point,
        force=force,
        sensors={name: np.asarray(x).reshape(n_robot, n_frame, -1) for name, x in sensed.items()},
        control={}
        if control is None
        else {a.name: control[:, ::stride, slice(*a.control)] for a in sim.manifest.actuators},
        geometry=tuple(
            jax.tree.map(np.asarray, sim.geometry({name: x[i] for name, x in params.items()}))
            for i in range(n_robot)
        ),
    )


def _each(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of every robot in every frame; a robot's parameters are the same in all."""

    def of_robot(params: dict[str, Array], *rest: Any) -> Any:
        return jax.vmap(lambda *moment: function(params, *moment))(*rest)

    return jax.jit(jax.vmap(of_robot))


def _touch(
    sim: Simulator, trajectory: Trajectory, params: dict[str, Array], stride: int
) -> tuple[Numbers, Numbers]:
    """Points and mean forces of all contacts in the steps from frame to frame.

    Several forces F_i at points p_i are shown as their mean at the mean of the points, weighted by
    |F_i|. The first frame has none: what led to it is not in the trajectory.
    """
    frames = (trajectory.n_frame - 1) // stride
    dtype = trajectory.states.q.dtype

    def by_frame(x: Any, start: int) -> Array:
        used = jnp.asarray(x[:, start : start + frames * stride], dtype)
        return used.reshape(used.shape[0], frames, stride, *used.shape[2:])

    before = jax.tree.map(lambda x: by_frame(x, 0), trajectory.states)
    assert trajectory.control is not None
    control = by_frame(trajectory.control, 1)

    def mean(params: dict[str, Array], states: State, controls: Array) -> tuple[Array, Array]:
        def of_step(moment: tuple[State, Array]) -> Any:
            return sim.contact_forces(params, *moment)

        found = jax.lax.map(of_step, (states, controls))
        weight = jnp.linalg.norm(found.force, axis=-1, keepdims=True)
        share = weight / jnp.maximum(jnp.sum(weight, axis=0), np.finfo(dtype).tiny)
        return jnp.sum(share * found.point, axis=0), jnp.mean(found.force, axis=0)

    point, force = _each(mean)(params, before, control)
    first = ((0, 0), (1, 0), (0, 0), (0, 0))
    return np.pad(point, first), np.pad(force, first)


def _refuse_nonfinite(sim: Simulator, trajectory: Trajectory) -> None:
    finite = np.isfinite(trajectory.states.q).all(-1) & np.isfinite(trajectory.states.v).all(-1)
    if finite.all():
        return
    robot, step = (int(i) for i in np.argwhere(~finite)[0])
    raise TrajectoryError(
        f"the state of {trajectory.names[robot]} is not finite from step {step} on "
        f"({step * sim.dt:g} s); show the steps before: jax.tree.map(lambda x: x[..., :{step}, :], "
        "states)"
    )

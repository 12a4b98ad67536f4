"""The simulator: a compiled scene as functions of (params, state, control) for one robot.

All functions are pure and compiled on first use; `jax.jit`, `jax.vmap`, `jax.grad` and `jax.jvp`
apply to them as to any JAX function. On a CPU, `step` and `sense` run with one robot per lane of a
vector register (`scenert.lanes`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from types import ModuleType
from typing import TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike, DTypeLike

from scenert import placement
from scenert.abi import Manifest
from scenert.arguments import Params, check_arguments, control_size
from scenert.description import describe
from scenert.lanes import lanes
from scenert.state import Clearances, ContactForces, Energy, Geometry, Poses, State, Twists

Result = TypeVar("Result")


class Simulator:
    """One robot in one scene.

    bodies, joints, servos, sensors   names, in the order of poses, state, control and flat_sensors
                                      (`servos` are all actuators, whatever their kind)
    dt                                [s] length of a step
    n_control, n_sensor               lengths of the control and of `flat_sensors`
    manifest                          all that the compiler says of the scene
    source                            the text of the program
    """

    def __init__(
        self, manifest: Manifest, program: ModuleType, source: str, *, in_lanes: bool = True
    ) -> None:
        self.manifest = manifest
        self.source = source
        self.bodies = tuple(body.name for body in manifest.bodies)
        self.joints = tuple(joint.name for joint in manifest.joints)
        self.servos = tuple(actuator.name for actuator in manifest.actuators)
        self.sensors = tuple(sensor.name for sensor in manifest.sensors)
        self.dt = manifest.timestep
        self.n_control = control_size(manifest)
        self.n_sensor = sum(sensor.size for sensor in manifest.sensors)
        self._program = program
        self._init: Callable[..., State] = self._compiled(program.init)
        self._step: Callable[..., State] = self._compiled(program.step, in_lanes)
        self._sense: Callable[..., dict[str, Array]] = self._compiled(program.sense, in_lanes)
        self._poses: Callable[..., Poses] = self._compiled(program.poses)
        self._twists: Callable[..., Twists] = self._compiled(program.twists)
        self._energy: Callable[..., Energy] = self._compiled(program.energy)
        self._clearances: Callable[..., Clearances] = self._compiled(program.clearances)
        self._contact_forces: Callable[..., ContactForces] = self._compiled(
            program.contact_forces, in_lanes
        )
        self._geometry: Callable[..., Geometry] = self._compiled(program.geometry)

    def __repr__(self) -> str:
        return f"<Simulator {self.manifest.name}: {len(self.bodies)} bodies, dt {self.dt:g} s>"

    def portable(self) -> Simulator:
        """The same simulator on the portable path: plain XLA, as on platforms without lanes.

        It is the reference that lanes must equal, and much slower on a CPU.
        """
        return Simulator(self.manifest, self._program, self.source, in_lanes=False)

    def params(self, dtype: DTypeLike | None = None) -> dict[str, Array]:
        """The parameters with the values their author gave (SI), in JAX's default float type."""
        kind = jnp.result_type(float) if dtype is None else dtype
        return {
            p.name: jnp.asarray(np.reshape(p.value, p.shape), kind)
            for p in self.manifest.parameters
        }

    def bounds(self, dtype: DTypeLike | None = None) -> tuple[dict[str, Array], dict[str, Array]]:
        """The lower and the upper bounds, each laid out as `params`; infinite where there is none.

        They are those that the scene gives, and those of the keys whose values parameters are.
        `jax.tree.map(jnp.clip, params, *sim.bounds())` brings parameters back into bounds; what
        must be above 0, such as a mass, is still at fault there.
        """
        kind = jnp.result_type(float) if dtype is None else dtype
        lower, upper = {}, {}
        for p in self.manifest.parameters:
            lower[p.name] = jnp.full(p.shape, -jnp.inf if p.minimum is None else p.minimum, kind)
            upper[p.name] = jnp.full(p.shape, jnp.inf if p.maximum is None else p.maximum, kind)
        return lower, upper

    def init(self, params: Params) -> State:
        """The state in which the scene starts."""
        return self._init(params)

    def step(self, params: Params, state: State, control: ArrayLike) -> State:
        """The state `dt` later; `control` has shape (n_control,)."""
        return self._step(params, state, control)

    def sense(self, params: Params, state: State, control: ArrayLike) -> dict[str, Array]:
        """What each sensor reads after a step with `control`; shapes and units: `describe()`."""
        return self._sense(params, state, control)

    def flat_sensors(self, params: Params, state: State, control: ArrayLike) -> Array:
        """All of `sense` in one vector (n_sensor,), in the order of `sensors`."""
        readings = self.sense(params, state, control)
        flat = [jnp.ravel(readings[name]) for name in self.sensors]
        return jnp.concatenate(flat) if flat else jnp.zeros(0, state.q.dtype)

    def poses(self, params: Params, state: State) -> Poses:
        """Positions [m] and rotations of all bodies."""
        return self._poses(params, state)

    def twists(self, params: Params, state: State) -> Twists:
        """Angular [rad/s] and linear [m/s] velocities of all bodies."""
        return self._twists(params, state)

    def energy(self, params: Params, state: State) -> Energy:
        """Kinetic and potential energy of the whole scene [J]."""
        return self._energy(params, state)

    def clearances(self, params: Params, state: State) -> Clearances:
        """How far each of `manifest.contacts` is from touching."""
        return self._clearances(params, state)

    def contact_forces(self, params: Params, state: State, control: ArrayLike) -> ContactForces:
        """The forces at which bodies touch in the step from `state` with `control`."""
        return self._contact_forces(params, state, control)

    def geometry(self, params: Params) -> Geometry:
        """Sizes and places of bodies, contact spheres, planes and joints."""
        return self._geometry(params)

    def place(
        self,
        state: State,
        body: str,
        *,
        position: ArrayLike | None = None,
        rotation: ArrayLike | None = None,
        linear: ArrayLike | None = None,
        angular: ArrayLike | None = None,
    ) -> State:
        """`state` with a free or planar body put elsewhere; what is not given stays.

        position (3,) [m] of the centre of mass; rotation: a matrix (3, 3) or a quaternion (4,) as
        w, x, y, z; linear (3,) [m/s] and angular (3,) [rad/s], all in the world frame. A planar
        body takes x and z of the position and turns about y only. Raises ValueError for a body that
        does not move freely, and for impossible values.
        """
        target = placement.motion(state.q.dtype, position, rotation, linear, angular)
        return placement.place(self.manifest, state, body, target)

    def set_joint(
        self,
        state: State,
        joint: str,
        angle: ArrayLike | None = None,
        speed: ArrayLike | None = None,
    ) -> State:
        """`state` with a joint at another position; what is not given stays.

        Hinge [rad, rad/s] and slide [m, m/s]: scalars. Universal: (2,). Ball: `angle` is a rotation
        matrix (3, 3), a quaternion (4,) as w, x, y, z, or a rotation vector (3,), and `speed` (3,),
        both in the parent's frame. Raises ValueError for a joint without coordinates.
        """
        return placement.set_joint(self.manifest, state, joint, angle, speed)

    def render(self, params: Params, state: State, camera: str) -> Array:  # noqa: ARG002
        """The picture (height, width, 3) in [0, 1] that `camera` takes; ValueError without one."""
        raise ValueError(f"this scene has no camera named {camera!r}: it has no cameras")

    def describe(self) -> str:
        """The scene as text: state, parameters, control, sensors, and constraint rows."""
        return describe(self.manifest)

    def _compiled(
        self, program: Callable[..., Result], in_lanes: bool = False
    ) -> Callable[..., Result]:
        """`program`, jitted, with its arguments checked while it is traced.

        In lanes, a batch of robots that share their parameters fills the processor's vectors.
        """

        @wraps(program)
        def checked(params: Params, *rest: object) -> Result:
            return program(*check_arguments(self.manifest, params, *rest))

        if not in_lanes:
            return jax.jit(checked)
        key = f"{sha256(self.source.encode()).hexdigest()} {program.__name__}"
        return jax.jit(lanes(checked, uniform=(0,), key=key))

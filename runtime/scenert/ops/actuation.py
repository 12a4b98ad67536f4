"""What controls and joint positions ask of the joints."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import rows
from scenert.ops.contact import UNREACHED
from scenert.ops.tree import Level
from scenert.ops.vector import apply
from scenert.solve.laws import Drive, Interval, Motor, Passive


def clip(value: Array, bound: Array) -> Array:
    """`value` held within ±`bound`."""
    capped = jnp.where(value < bound, value, bound)
    return jnp.where(capped > -bound, capped, -bound)


def servo_speed(angle: Array, control: Array, gain: Array, max_speed: Array | None) -> Array:
    """Target speeds (n,) of position servos: gain [1/s] times the error, held within ±max_speed.

    The servo of Degrave et al.: a velocity motor on the joint, aimed at its target angle.
    """
    speed = gain * (control - angle)
    return speed if max_speed is None else clip(speed, max_speed)


def motor(target: Array, max_torque: Array, dt: Array) -> Motor:
    """Rows that reach the target speeds (n,) with at most ±max_torque (n,) over the step."""
    return Motor(target[:, None], (max_torque * dt)[:, None])


class Aim(NamedTuple):
    """The speeds (n,) that drives shall have at the end of a step, and the `slip` (n,): how much
    faster they are at its start than they should be then."""

    speed: Array
    slip: Array


def speed_aim(control: Array, before: Array) -> Aim:
    """Motors that shall have the speeds `control` (n,), from the speeds `before` (n,) on."""
    return Aim(control, before - control)


def servo_aim(
    angle: Array, before: Array, control: Array, gain: Array, max_speed: Array | None, dt: Array
) -> Aim:
    """Position servos whose angles (n,) are those of the middle of a step that starts with the
    speeds `before` (n,).

    At the end of the step the angle is q + h v / 2: the speed v = k (u - q - h v / 2) is
    k (u - q) / (1 + k h / 2). How far a speed is from what the angle asks for then,
    v - k (u - q - h v / 2), changes by 1 + k h / 2 per speed; divided by that it is a slip.
    """
    error, lag = gain * (control - angle), 0.5 * dt * gain
    start, end, share = error + lag * before, error / (1.0 + lag), 1.0 / (1.0 + lag)
    if max_speed is not None:
        share = jnp.where(jnp.abs(end) < max_speed, share, 1.0)
        start, end = clip(start, max_speed), clip(end, max_speed)
    return Aim(end, (before - start) * share)


def drive(aim: Aim, max_torque: Array, dt: Array) -> Drive:
    """Rows that reach their aim as far, and stay there as long, as ±max_torque (n,) allows."""
    return Drive(aim.speed[:, None], (max_torque * dt)[:, None], aim.slip[:, None])


def limit(value: Array, lower: Array, upper: Array, dt: Array, stabilization: Array) -> Interval:
    """Rows that keep coordinates (n,) within [lower, upper].

    A free coordinate may come as far as its limit within the step; one beyond it returns by the
    share `stabilization` of the excess per step.
    """
    below, above = value - lower, upper - value
    slowest = -jnp.where(below > 0, below, stabilization * below) / dt
    fastest = jnp.where(above > 0, above, stabilization * above) / dt
    return Interval(slowest[:, None], fastest[:, None])


def resting_limit(limit: Interval, before: Array, pace: Array) -> Interval:
    """The same where impacts have instants of their own.

    A coordinate that at the start of the step has a speed `before` (n,) of more than `pace` (n,),
    what it gains in a step, is left to its impact. A slower one rests, or is about to.
    """
    falls, rises = (before < -pace)[:, None], (before > pace)[:, None]
    return Interval(
        jnp.where(falls, -UNREACHED, limit.lower), jnp.where(rises, UNREACHED, limit.upper)
    )


def passive(rate: Array, armature: Array, damping: Array, dt: Array) -> Passive:
    """Rows for the armature and the damping of coordinates with the velocities `rate` (n,): those
    along the rows after a step in which the coordinates do not accelerate."""
    return Passive((armature + dt * damping)[:, None], (armature * rate)[:, None])


def joint_wrench(jacobian: Array, force: Array) -> Array:
    """Wrenches (n, 6) on links from generalized forces (n, k) on rows with Jacobian (n, k, 6)."""
    return jnp.sum(jacobian * force[..., None], axis=-2)


def thrust(link: Level, point: Array, force: Array) -> Array:
    """Wrench (1, 6) of the world `force` (3,) at `point` (3,) of a link (a level of one)."""
    arm = apply(link.rotation, point[None])
    return rows.point_wrench(force[None, None], arm)[:, 0]


def twist_torque(torque: Array) -> Array:
    """Wrench (1, 6) of the world `torque` (3,)."""
    return rows.axis_wrench(torque[None, None])[:, 0]

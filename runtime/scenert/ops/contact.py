"""Contact between spheres and between spheres and planes.

Of every candidate pair the gap, the contact frame and the contact point are functions of the pose
alone, whether the pair touches or not; the solver's inequality decides what happens.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from scenert.ops import rows, vector
from scenert.ops.rows import Jacobian
from scenert.ops.tree import Level
from scenert.ops.vector import apply, dot

UNREACHED = 1e9  # m/s: a contact that may approach this fast is open


class Spheres(NamedTuple):
    """n spheres fixed to links: centre (n, 3) m in the link frame, radius (n,) m."""

    center: Array
    radius: Array


class Planes(NamedTuple):
    """n planes normal · x = offset: outward unit normal (n, 3) and offset (n,) m."""

    normal: Array
    offset: Array


class Surface(NamedTuple):
    """How n pairs touch: friction [1], restitution [1] and softness [m/N], each (n,)."""

    friction: Array
    restitution: Array
    softness: Array


class Contact(NamedTuple):
    """n contacts: gap (n,) m, negative in penetration, point (n, 3) m where both sides feel it,
    frame (n, 3, 3) with rows normal and two tangents, and the Jacobian of the relative velocity in
    that frame."""

    gap: Array
    point: Array
    frame: Array
    jacobian: Jacobian


class Target(NamedTuple):
    """What the solver needs of n contacts.

    normal (n,) m/s: least normal velocity after the step. compliance (n,) m/(N s^2): velocity given
    up per impulse. friction (n,).
    """

    normal: Array
    compliance: Array
    friction: Array


def sphere_plane(links: Level, spheres: Spheres, planes: Planes) -> Contact:
    """Contacts of n spheres with n planes; `links` are the spheres' links, one each."""
    center = apply(links.rotation, spheres.center)
    gap = dot(planes.normal, links.position + center) - planes.offset - spheres.radius
    frame = contact_frame(planes.normal)
    point = links.position + center - spheres.radius[:, None] * planes.normal
    return Contact(gap, point, frame, Jacobian(wrench(frame, center, spheres.radius), None))


def sphere_sphere(a: Level, spheres_a: Spheres, b: Level, spheres_b: Spheres) -> Contact:
    """Contacts of n pairs of spheres; the normal points from b to a.

    Both feel the contact at one point, halfway between their surfaces: equal and opposite impulses
    at one point leave the pair's angular momentum as it is, whatever the gap.
    """
    center_a, center_b = apply(a.rotation, spheres_a.center), apply(b.rotation, spheres_b.center)
    between = a.position + center_a - b.position - center_b
    up = jnp.array([0, 0, 1], between.dtype)
    normal = vector.unit(between, up)
    gap = vector.length(between) - spheres_a.radius - spheres_b.radius
    frame = contact_frame(normal)
    depth = spheres_a.radius + 0.5 * gap
    own = wrench(frame, center_a, depth)
    others = wrench(frame, center_b, -(spheres_b.radius + 0.5 * gap))
    point = a.position + center_a - depth[:, None] * normal
    return Contact(gap, point, frame, Jacobian(own, -others))


def target(
    surface: Surface, gap: Array, before: Array, free: Array, dt: Array, stabilization: Array
) -> Target:
    """The inequality of n contacts for one step.

    gap (n,) m; before, free (n,) m/s: normal velocity at the start of the step, and at its end if
    nothing touched.

    Separation. The gap after the step must not be negative: v >= -gap / dt. Of a penetration only
    the share β (stabilization) is removed per step: v >= -β gap / dt.

    Impact. A pair that approaches and would touch within the step leaves at restitution times the
    speed of its approach. Without restitution there is nothing to leave with: the inequality of
    separation ends the approach where the pair touches, and the impulse grows from 0 with what the
    pair would come too far.

    Softness. A spring of compliance C under the implicit step with the same β obeys
    v + β gap / dt + (β C / dt^2) λ >= 0 (Catto, "Soft Constraints", GDC 2011): at rest under a load
    F = λ / dt it yields by -gap = C F.
    """
    separation = _separation(gap, dt, stabilization)
    bounces = (gap + dt * free <= 0) & (before < 0) & (surface.restitution > 0)
    bounce = jnp.where(bounces, -surface.restitution * before, separation)
    compliance = stabilization * surface.softness / (dt * dt)
    return Target(jnp.where(bounce > separation, bounce, separation), compliance, surface.friction)


def resting_target(
    surface: Surface,
    normal: Target,
    gap: Array,
    before: Array,
    pace: Array,
    dt: Array,
    share: Array,
) -> Target:
    """The same where impacts have instants of their own.

    A rigid pair that approaches faster than `pace` (n,), the speed that its sides gain in a step,
    is left to its impact: until then nothing holds it. A slower one rests, or is about to: it may
    come as close as touching. That is what ends a series of ever smaller bounces. Soft pairs have
    no instant at which they strike; they keep the inequality `normal` of `target`.

    The gap is that of the middle of the step. The method is semi-implicit Euler's, read between its
    velocities: q + h v / 2 takes the place of q, and so do the gap's laws.
    """
    waits = before < -pace
    rigid = jnp.where(waits, -UNREACHED, _separation(gap, dt, share))
    soft = surface.softness > 0
    return normal._replace(normal=jnp.where(soft, normal.normal, rigid))


def _separation(gap: Array, dt: Array, stabilization: Array) -> Array:
    return -jnp.where(gap > 0, gap, stabilization * gap) / dt


def world_force(contact: Contact, impulse: Array, dt: Array) -> Array:
    """World forces (n, 3) [N] on the first links of n contacts with the impulses (n, 3) [N s]."""
    return apply(jnp.swapaxes(contact.frame, -1, -2), impulse) / dt


def wrench(frame: Array, center: Array, depth: Array) -> Array:
    """Wrenches (n, 3, 6) on links of unit forces along `frame` (n, 3, 3), at the points that lie by
    `depth` (n,) m before the centers (n, 3) of spheres, against the normal.

    That of the normal n goes through the center: of n × (n, t, u) = (0, u, -t) is the torque about
    it, exactly.
    """
    normal, first, second = frame[:, 0], frame[:, 1], frame[:, 2]
    about = jnp.stack([jnp.zeros_like(normal), second, -first], axis=-2)
    return rows.point_wrench(frame, center) - depth[:, None, None] * rows.axis_wrench(about)


def contact_frame(normal: Array) -> Array:
    """Frames (n, 3, 3) with rows normal (n, 3) and two tangents."""
    return jnp.stack([normal, *vector.perpendiculars(normal)], axis=-2)

"""The state of one robot, and what can be read off it. All are pytrees of arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import jax
from jax import Array


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class State:
    """All that one step needs to know of the steps before it.

    q       (n_q,) coordinates. Free root: position [m] (3), rotation matrix row by row (9). Planar
            root: x [m], z [m], pitch [rad]. Hinge [rad] and slide [m]: 1. Universal [rad]: 2. Ball:
            rotation matrix of the child relative to its parent, row by row (9).
    v       (n_v,) velocities. Free root: angular [rad/s] (3), then linear [m/s] (3), both in the
            world frame, at the centre of mass. Planar root: vx, vz, pitch rate. Hinge and slide: 1.
            Universal: 2. Ball: angular velocity in the parent's frame (3).
    record  (n_record,) what the last step left for the sensors of forces and accelerations.

    Which entries belong to which body and joint: `Simulator.describe()`.
    """

    q: Array
    v: Array
    record: Array

    def replace(self, **arrays: Array) -> State:
        """This state with the named arrays exchanged."""
        return replace(self, **arrays)


class Poses(NamedTuple):
    """Where the bodies are, in the order of `Simulator.bodies`.

    position  (n_body, 3) [m] centres of mass, world frame
    rotation  (n_body, 3, 3) from the body's frame to the world's
    """

    position: Array
    rotation: Array


class Twists(NamedTuple):
    """How the bodies move, in the world frame, in the order of `Simulator.bodies`.

    angular  (n_body, 3) [rad/s]
    linear   (n_body, 3) [m/s] at the centre of mass
    """

    angular: Array
    linear: Array


class ContactForces(NamedTuple):
    """Forces of all of `manifest.contacts`; those that do not touch have none.

    point  (n_contact, 3) [m] where they act, world frame
    force  (n_contact, 3) [N] on the first of the pair (against a plane: the sphere), world frame
    """

    point: Array
    force: Array


class Geometry(NamedTuple):
    """Of what the scene consists, in the order of the manifest's bodies, spheres, planes, joints.

    mass          (n_body,) [kg]
    inertia       (n_body, 3) [kg m^2] principal moments, about the axes of the body's frame
    size          (n_body, 3) [m] of the solid that the author took them from, as `Body.solid` says
    center        (n_sphere, 3) [m] in the frame of the sphere's body
    radius        (n_sphere,) [m]
    normal        (n_plane, 3) unit vectors
    offset        (n_plane,) [m]
    anchor        (n_joint, 3) [m] in the parent's frame
    child_anchor  (n_joint, 3) [m] in the child's frame
    axes          (n_joint, 2, 3) unit vectors in the parent's frame at joint position 0; those that
                  a joint does not have are zero
    """

    mass: Array
    inertia: Array
    size: Array
    center: Array
    radius: Array
    normal: Array
    offset: Array
    anchor: Array
    child_anchor: Array
    axes: Array


class Energy(NamedTuple):
    """Mechanical energy of the whole scene, kinetic () and potential () [J]."""

    kinetic: Array
    potential: Array


class Clearances(NamedTuple):
    """How far contacts are from touching, in the order of `Manifest.contacts`.

    gap   (n_contact,) [m] between the surfaces, negative in penetration
    rate  (n_contact,) [m/s] at which the gap grows
    """

    gap: Array
    rate: Array

"""A small compiled scene, written by hand, so that these tests need no compiler.

Body `ball` moves freely on a spring to the origin; body `cart` is planar and coasts; joint `hip`
(hinge), `wrist` (universal) and `socket` (ball) coast; joint `seam` is kept by rows.
"""

import pytest

import scenert
from scenert.abi import Actuator, Body, Field, Joint, Manifest, Pair, Parameter, pack

PROGRAM = '''\
"""A ball on a spring."""

import jax.numpy as jnp

from scenert.state import (
    Clearances,
    ContactForces,
    Energy,
    Geometry,
    Poses,
    State,
    Twists,
)


def init(params):
    stretch = params["stretch"]
    zero = jnp.zeros_like(stretch)
    turn = jnp.eye(3, dtype=stretch.dtype).ravel()
    q = jnp.concatenate([jnp.stack([stretch, zero, zero]), turn, jnp.zeros(6, turn.dtype), turn])
    return State(q=q, v=jnp.zeros(15, turn.dtype), record=jnp.zeros(3, turn.dtype))


def step(params, state, control):
    force = -params["stiffness"] * state.q[:3] + control
    linear = state.v[3:6] + 0.01 * force / params["mass"]
    return State(
        q=state.q.at[:3].add(0.01 * linear), v=state.v.at[3:6].set(linear), record=force
    )


def sense(params, state, control):
    return {"position": state.q[:3], "force": state.record, "height": state.q[2]}


def poses(params, state):
    return Poses(state.q[None, :3], state.q[3:12].reshape(1, 3, 3))


def twists(params, state):
    return Twists(state.v[None, :3], state.v[None, 3:6])


def energy(params, state):
    q, v = state.q[:3], state.v[3:6]
    return Energy(0.5 * params["mass"] * v @ v, 0.5 * params["stiffness"] * q @ q)


def clearances(params, state):
    return Clearances(state.q[2:3] + 1.0, state.v[5:6])


def contact_forces(params, state, control):
    none = jnp.zeros((0, 3), state.q.dtype)
    return ContactForces(none, none)


def geometry(params):
    ones = jnp.ones(4, params["mass"].dtype)
    none, nowhere = ones[:0], jnp.zeros((5, 3), ones.dtype)
    return Geometry(
        mass=params["mass"] * ones,
        inertia=jnp.ones((4, 3), ones.dtype),
        size=jnp.zeros((4, 3), ones.dtype),
        center=none.reshape(0, 3),
        radius=none,
        normal=none.reshape(0, 3),
        offset=none,
        anchor=nowhere,
        child_anchor=nowhere,
        axes=jnp.zeros((5, 2, 3), ones.dtype),
    )
'''

MANIFEST = Manifest(
    name="spring",
    compiler="by hand",
    timestep=0.01,
    options={"solver": "none"},
    parameters=(
        Parameter("mass", (), "kg", value=(2.0,), minimum=0.5),
        Parameter("stiffness", (), "N/m", value=(50.0,), minimum=1.0, maximum=100.0),
        Parameter("stretch", (), "m", value=(0.3,)),
    ),
    state=(Field("q", (27,), ""), Field("v", (15,), ""), Field("record", (3,), "")),
    sensors=(
        Field("position", (3,), "m"),
        Field("force", (3,), "N"),
        Field("height", (), "m"),
    ),
    bodies=(
        Body("ball", "free", (0, 12), (0, 6)),
        Body("cart", "planar", (12, 15), (6, 9)),
        Body("leg", "jointed"),
        Body("anvil", "fixed"),
    ),
    joints=(
        Joint("hip", "hinge", "ball", "leg", (15, 16), (9, 10)),
        Joint("wrist", "universal", "leg", "hand", (16, 18), (10, 12)),
        Joint("socket", "ball", "leg", "foot", (18, 27), (12, 15)),
        Joint("seam", "hinge", "ball", "shell"),
        Joint("glue", "weld", "ball", "cap"),
    ),
    actuators=(Actuator("push", "force", "ball", (0, 3), "N"),),
    contacts=(Pair("ball", "ground"),),
    rows={"contact": 12},
)


@pytest.fixture(scope="session")
def artifact() -> bytes:
    """The scene as the bytes of a `.sim` file."""
    return pack(MANIFEST, PROGRAM, "name: spring\n")


@pytest.fixture(scope="session")
def sim(artifact: bytes) -> scenert.Simulator:
    return scenert.load_artifact(artifact, "/scenes/spring.sim")

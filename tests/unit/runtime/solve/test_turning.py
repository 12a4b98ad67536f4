"""Friction that turns round within a step, against many short steps in which it need not."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array, lax

from scenert.ops.rows import Response
from scenert.solve import implicit, pgs, turning
from scenert.solve.laws import Contact
from scenert.solve.solver import Group

SWEEPS, SHORT = 100, 1000
CASES = 60
TREES = 1, 3  # a body in a plane: along, up, and the angle, of mass and inertia 1


def feet(place: Array, height: Array) -> Array:
    """The rows (2, 3, 3) of two feet at the places (2,), with the body's centre above them."""
    zero, one = jnp.zeros(2), jnp.ones(2)
    up = jnp.stack([zero, one, place], axis=-1)
    along = jnp.stack([one, zero, height * one], axis=-1)
    return jnp.stack([up, along, jnp.zeros((2, 3))], axis=1)


def group(rows: Array, start: Array, end: Array, friction: Array, slips: bool) -> Group:
    """The feet of a body with the velocities (3,) at the start and, if they do nothing, the end."""
    slip = (rows[:, 1:] @ start) if slips else None
    law = Contact(jnp.zeros(2), jnp.zeros(2), friction, slip=slip)
    return Group(Response(rows, None), rows @ end, law, (0, 0), None, (1, 1))


def step(solve, sweeps: int, x: dict[str, Array], start: Array, share: float) -> Array:
    """The body's velocities (3,) after a `share` of a step."""
    rows, free = feet(x["place"], x["height"]), start + share * x["pull"]
    feet_of_all = (group(rows, start, free, x["friction"], solve is not pgs.solve),)
    return free + solve(feet_of_all, TREES, sweeps).whitened[0]


def whole(x: dict[str, Array], swept=pgs.Schedule.swept) -> Array:
    solve = partial(turning.solve, swept=swept)
    return step(solve, SWEEPS, x, x["start"], 1.0)


def short(x: dict[str, Array]) -> Array:
    def advance(velocity: Array, _: None) -> tuple[Array, None]:
        return step(pgs.solve, 40, x, velocity, 1.0 / SHORT), None

    return lax.scan(advance, x["start"], None, length=SHORT)[0]


@pytest.fixture
def cases(random) -> dict[str, Array]:
    """Bodies that slide, are pressed down and pulled along, with frictions of their own."""
    count = random.uniform
    pull = np.stack([count(-1.2, 0.5, CASES), -np.ones(CASES), np.zeros(CASES)], axis=-1)
    start = np.zeros((CASES, 3))
    start[:, 0] = count(0, 1.5, CASES)
    return {
        "place": jnp.asarray(np.stack([count(0.8, 1.2, CASES), count(-1.2, -0.8, CASES)], -1)),
        "height": jnp.asarray(count(0, 0.4, CASES)),
        "friction": jnp.asarray(count(0.1, 0.8, (CASES, 2))),
        "start": jnp.asarray(start),
        "pull": jnp.asarray(pull),
    }


def test_a_step_is_what_many_short_ones_are(cases):
    """Whether the body stops, turns or slides on; without turning it is far off where it turns."""
    found, expected = (jax.jit(jax.vmap(run))(cases) for run in (whole, short))
    np.testing.assert_allclose(found, expected, atol=5e-4)
    after = np.asarray(expected[:, 0])
    kinds = after < -1e-3, np.abs(after) < 1e-6, after > 1e-3
    assert min(map(np.sum, kinds)) >= 5
    unturned = jax.vmap(lambda x: step(pgs.solve, SWEEPS, x, x["start"], 1.0))(cases)
    assert np.median(np.abs(unturned - expected)[kinds[0], 0]) > 0.05


def test_the_derivative_at_the_solution_is_that_of_the_sweeps(cases):
    """Along a change of all numbers."""
    along = jax.tree.map(lambda x: jnp.cos(1.7 * jnp.arange(x.size)).reshape(x.shape), cases)

    def slope(run) -> Array:
        return jax.jit(jax.vmap(lambda x, dx: jax.jvp(run, (x,), (dx,))[1]))(cases, along)

    np.testing.assert_allclose(slope(partial(whole, swept=implicit.swept)), slope(whole), atol=1e-6)


@pytest.mark.parametrize("sweeps", [1, 3, 4, 10])
def test_what_is_at_rest_is_swept_as_ever(cases, sweeps):
    still = {**cases, "start": jnp.zeros_like(cases["start"])}
    turned, plain = (
        jax.jit(jax.vmap(lambda x, solve=solve: step(solve, sweeps, x, x["start"], 1.0)))(still)
        for solve in (turning.solve, pgs.solve)
    )
    np.testing.assert_allclose(turned, plain, atol=1e-14)


def test_nothing_jumps(random):
    """One foot is pulled and slides in any direction, at speeds close to one another."""
    rows = jnp.asarray([[[0.0, 0, 1], [1, 0, 0.3], [0, 1, -0.2]]])
    speeds = jnp.linspace(0.0, 3.0, 3001)

    def end(speed: Array, along: Array, pull: Array) -> Array:
        free = speed * along + pull
        law = Contact(jnp.zeros(1), jnp.zeros(1), jnp.full(1, 0.5), slip=speed * along[None, :2])
        feet = Group(Response(rows, None), rows @ free, law, (0,), None, (1,))
        return free + turning.solve((feet,), TREES, 100).whitened[0]

    angles = jnp.asarray(random.uniform(0, 2 * np.pi, 40))
    along = jnp.stack([jnp.cos(angles), jnp.sin(angles), jnp.zeros(40)], axis=-1)
    pull = jnp.asarray(random.normal(size=(40, 3))).at[:, 2].set(-1.0)
    ends = jax.jit(jax.vmap(jax.vmap(end, (0, None, None)), (None, 0, 0)))(speeds, along, pull)
    assert np.max(np.abs(np.diff(ends, axis=1))) < 5e-3

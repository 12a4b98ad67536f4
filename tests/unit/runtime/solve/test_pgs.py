"""Sweeps against Gauss-Seidel written plainly, block after block, with dense matrices."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.solve import pgs
from scenert.solve.laws import Contact
from scenert.solve.solver import Group

TREES, TILE = 5, 4


def rows_of(group):
    """The blocks' rows (n, m, TREES * TILE) in the whitened velocity of all trees."""
    count, size = group.velocity.shape
    dense = np.zeros((count, size, TREES, TILE))
    for side, trees in ((group.response.first, group.first), (group.response.second, group.second)):
        for block in range(count if trees is not None else 0):
            dense[block, :, trees[block]] += np.asarray(side[block])
    return dense.reshape(count, size, -1)


def sweep_plainly(groups, sweeps):
    """One block after the other, one row after the other."""
    z = np.zeros(TREES * TILE)
    impulses = [np.zeros(group.velocity.shape) for group in groups]
    for _ in range(sweeps):
        for group, impulse in zip(groups, impulses, strict=True):
            for block, y in enumerate(rows_of(group)):
                law = jax.tree.map(lambda x, block=block: x[block : block + 1], group.law)
                relax = contact_plainly if isinstance(law, Contact) else scalar_plainly
                velocity = np.asarray(group.velocity[block])
                new = relax(law, y, velocity, impulse[block].copy(), z)
                z = z + y.T @ (new - impulse[block])
                impulse[block] = new
    return impulses, z.reshape(TREES, TILE)


def scalar_plainly(law, y, velocity, impulse, z):
    for k in range(len(velocity)):
        now = velocity[k] + y[k] @ z
        gain = law.gain(np.sum(y * y, axis=-1)[None])[:, k]
        new = law.project(k, np.array([impulse[k]]), np.array([now]), gain)[0]
        z = z + y[k] * (new - impulse[k])
        impulse[k] = new
    return impulse


def contact_plainly(law, y, velocity, impulse, z):
    gain = law.gain(np.sum(y * y, axis=-1)[None], np.array([y[1] @ y[2]]))
    now = velocity[0] + y[0] @ z
    demand = law.demand(np.array([impulse[0]]), np.array([now]), gain)
    normal = law.push(demand, gain)[0]
    z = z + y[0] * (normal - impulse[0])
    slip = velocity[1:] + y[1:] @ z
    tangent = law.hold(demand, gain, impulse[None, 1:], slip[None])
    return np.array([normal, *np.asarray(tangent[0])])


def assert_same(groups, sweeps=3):
    found = jax.jit(lambda: pgs.solve(groups, (TREES, TILE), sweeps))()
    impulses, whitened = sweep_plainly(groups, sweeps)
    for impulse, plain in zip(found.impulses, impulses, strict=True):
        np.testing.assert_allclose(impulse, plain, atol=1e-11)
    np.testing.assert_allclose(found.whitened, whitened, atol=1e-11)


@pytest.mark.parametrize("law", ["bilateral", "motor", "interval", "contact", "pyramid"])
def test_blocks_on_one_tree_are_visited_one_by_one(law, group):
    assert_same((group(law, (2, 2, 2), None, (1, 1, 1)),))


@pytest.mark.parametrize("law", ["bilateral", "motor", "interval", "contact", "pyramid"])
def test_blocks_of_one_color_are_relaxed_together_to_the_same_end(law, group):
    """Colors of unequal width, which are padded, with blocks between two trees."""
    assert_same((group(law, (0, 2, 1, 0, 3), (1, 3, 2, 4, 2), (2, 1, 2)),))


@pytest.mark.parametrize("colors", [pgs.UNROLLED_COLORS, pgs.UNROLLED_COLORS + 3])
def test_many_colors_are_scanned_to_the_same_end(colors, group):
    first = tuple(i % 2 for i in range(colors + 1))
    second = tuple(2 + i % 2 for i in range(colors + 1))
    assert_same((group("contact", first, second, (2, *(1,) * (colors - 1))),), sweeps=2)


def test_groups_of_all_kinds_are_visited_in_turn(group):
    assert_same(
        (
            group("bilateral", (0, 2), (1, 3), (2,)),
            group("motor", (0, 1, 4), None, (3,)),
            group("interval", (1, 1), None, (1, 1)),
            group("contact", (0, 3), (4, 1), (1, 1)),
        )
    )


def test_a_scene_of_a_single_tree_needs_no_gathering(group, monkeypatch):
    monkeypatch.setattr(f"{__name__}.TREES", 1)
    assert_same((group("contact", (0, 0, 0), None, (1, 1, 1)), group("motor", (0,), None, (1,))))


def test_many_sweeps_satisfy_all_rows_together(group):
    """The whitened velocity then solves the linear system of bilateral rows."""
    rows = group("bilateral", (0, 2, 1), (1, 3, 2), (2, 1))
    y = rows_of(rows).reshape(6, -1)
    impulse = np.linalg.solve(y @ y.T, np.asarray(rows.law.target - rows.velocity).ravel())
    found = jax.jit(lambda: pgs.solve((rows,), (TREES, TILE), 2000))()
    np.testing.assert_allclose(found.impulses[0].ravel(), impulse, rtol=1e-8)


def test_derivatives_are_those_of_the_sweeps(group):
    """Along a random change of all responses, velocities and laws."""
    groups = (
        group("bilateral", (0, 2), (1, 3), (2,)),
        group("contact", (0, 2, 3), (1, 3, 4), (2, 1)),
        group("interval", (1, 4), None, (2,)),
    )
    numbers = [(g.response, g.velocity, g.law) for g in groups]
    along = jax.tree.map(lambda x: jnp.cos(jnp.arange(x.size) * 1.7).reshape(x.shape), numbers)

    @jax.jit
    def solution(numbers):
        filled = (
            Group(*own, g.first, g.second, g.colors) for own, g in zip(numbers, groups, strict=True)
        )
        return pgs.solve(tuple(filled), (TREES, TILE), 3).whitened

    def moved(h):
        return solution(jax.tree.map(lambda x, d: x + h * d, numbers, along))

    _, slope = jax.jit(lambda n, a: jax.jvp(solution, (n,), (a,)))(numbers, along)
    np.testing.assert_allclose(slope, (moved(1e-6) - moved(-1e-6)) / 2e-6, rtol=1e-7, atol=1e-8)

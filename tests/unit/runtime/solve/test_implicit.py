"""The derivative at the solution, against differences and against the sweeps' own."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.solve import implicit, pgs
from scenert.solve.solver import Group

SHAPE = 5, 4
FEW, MANY = 3, 600


@pytest.fixture
def rows(group):
    """Groups of all kinds of rows, all on the same few trees, and a change of all their numbers."""
    groups = (
        group("bilateral", (0, 2), (1, 3), (2,)),
        group("contact", (0, 2, 3), (1, 3, 4), (2, 1)),
        group("motor", (0, 1, 4), None, (3,)),
        group("pyramid", (0, 3), None, (2,)),
        group("interval", (1, 4), None, (2,)),
    )
    numbers = [(g.response, g.velocity, g.law) for g in groups]
    along = jax.tree.map(lambda x: jnp.cos(jnp.arange(x.size) * 1.7).reshape(x.shape), numbers)

    def solver(solve, sweeps):
        def solution(numbers):
            pairs = zip(numbers, groups, strict=True)
            filled = (Group(*own, g.first, g.second, g.colors) for own, g in pairs)
            return solve(tuple(filled), SHAPE, sweeps)

        return jax.jit(solution)

    return numbers, along, solver


def test_the_solution_is_that_of_the_sweeps_to_the_last_bit(rows):
    numbers, _, solver = rows
    for sweeps in (1, FEW):
        found, swept = solver(implicit.solve, sweeps)(numbers), solver(pgs.solve, sweeps)(numbers)
        jax.tree.map(np.testing.assert_array_equal, found, swept)


def test_derivatives_of_converged_sweeps_are_those_of_the_solution(rows):
    """Of impulses and whitened velocity, along a change of responses, velocities and laws."""
    numbers, along, solver = rows
    swept, h = solver(pgs.solve, MANY), 1e-6
    _, slope = jax.jvp(solver(implicit.solve, MANY), (numbers,), (along,))
    ahead, behind = (
        swept(jax.tree.map(lambda x, d, by=by: x + by * d, numbers, along)) for by in (h, -h)
    )
    for found, a, b in zip(*map(jax.tree.leaves, (slope, ahead, behind)), strict=True):
        np.testing.assert_allclose(found, (a - b) / (2 * h), rtol=1e-5, atol=1e-7)


def test_backwards_it_is_the_same_derivative(rows):
    numbers, along, solver = rows
    solution = solver(implicit.solve, FEW)
    _, slope = jax.jvp(solution, (numbers,), (along,))
    weights = jax.tree.map(lambda x: jnp.sin(jnp.arange(x.size) + 1.0).reshape(x.shape), slope)
    _, pullback = jax.vjp(solution, numbers)
    (pulled,) = pullback(weights)

    def inner(a, b):
        return sum(jnp.vdot(x, y) for x, y in zip(*map(jax.tree.leaves, (a, b)), strict=True))

    np.testing.assert_allclose(inner(pulled, along), inner(weights, slope), rtol=1e-12)


def test_few_sweeps_of_bilateral_rows_have_the_derivative_of_linear_iterations(group):
    """k sweeps at the end of k others: what they do to velocities is what 2 k sweeps do there."""
    rows = group("bilateral", (0, 2, 1), (1, 3, 2), (2, 1))

    def impulses(velocity, solve, sweeps):
        return solve((rows._replace(velocity=velocity),), SHAPE, sweeps).impulses[0]

    jacobian = jax.jacobian(impulses)
    found = jacobian(rows.velocity, implicit.solve, 2 * FEW)
    np.testing.assert_allclose(found, jacobian(rows.velocity, pgs.solve, 2 * FEW), atol=1e-12)


def test_nothing_of_single_sweeps_is_kept_for_the_way_back(rows):
    """The program that goes back holds one linearized sweep, and not one for each sweep."""
    numbers, _, solver = rows

    def kept(solve, sweeps):
        _, pullback = jax.vjp(solver(solve, sweeps), numbers)
        return sum(x.size for x in jax.tree.leaves(pullback))

    assert kept(implicit.solve, 2 * FEW) == kept(implicit.solve, FEW)
    assert kept(pgs.solve, 2 * FEW) > kept(pgs.solve, FEW)

"""Smoothed cones against means over scattered gaps, by quadrature."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.solve.cones import Pyramid, Round, Smoothed, smoothed

WIDTH = 0.3
GAIN = jnp.array([0.7])
DEMANDS = [-1.0, -0.05, 0.0, 0.2, 3.0]
TANGENTS = [(0.0, 0.0), (1e-6, 0.0), (0.02, -0.01), (0.3, 0.4), (-2.0, 1.0)]


@pytest.fixture(scope="module")
def gaps():
    """Points and weights that integrate over the logistic distribution: ξ = log(u / (1 - u))."""
    nodes, weights = np.polynomial.legendre.leggauss(4000)
    u = 0.5 * (nodes + 1)
    return jnp.asarray(np.log(u / (1 - u))), jnp.asarray(0.5 * weights)


def impulses(cone, demand, wanted, friction):
    """Normal and tangents (3,) of one contact."""
    normal = cone.push(demand[None], GAIN)
    tangents = cone.hold(demand[None], GAIN, wanted[None], friction[None])
    return jnp.concatenate([normal, tangents[0]])


def mean_slope(cone, gaps, at, along, h=2e-3):
    """The directional derivative of the mean impulses over gaps that scatter.

    The mean is smooth and the impulses at single gaps are not: the mean is differenced, and two
    differences extrapolated.
    """
    scatter, weights = gaps

    def mean(demand, wanted, friction):
        shifted = demand + WIDTH * GAIN[0] * scatter
        single = jax.vmap(lambda demand: impulses(cone, demand, wanted, friction))(shifted)
        return weights @ single

    def difference(h):
        ahead, behind = ([x + by * d for x, d in zip(at, along, strict=True)] for by in (h, -h))
        return (mean(*ahead) - mean(*behind)) / (2 * h)

    return (4 * difference(h / 2) - difference(h)) / 3


@pytest.mark.parametrize("cone", [Round(), Pyramid()])
@pytest.mark.parametrize("demand", DEMANDS)
@pytest.mark.parametrize("wanted", TANGENTS)
def test_the_derivative_is_that_of_the_mean_impulse(cone, demand, wanted, gaps):
    """With respect to the normal demand, the wanted tangents and the friction."""
    at = jnp.array(demand), jnp.array(wanted), jnp.array(0.6)
    felt = Smoothed(cone, jnp.array([WIDTH]))
    for along in (
        (1.0, jnp.zeros(2), 0.0),
        (0.0, jnp.array([1.0, 0.0]), 0.0),
        (0.0, jnp.array([0.3, -1.0]), 0.0),
        (0.0, jnp.zeros(2), 1.0),
    ):
        moved = tuple(jnp.asarray(x, float) for x in along)
        _, slope = jax.jvp(lambda *x: impulses(felt, *x), at, moved)
        np.testing.assert_allclose(slope, mean_slope(cone, gaps, at, moved), atol=2e-3)


@pytest.mark.parametrize("cone", [Round(), Pyramid()])
def test_values_are_those_of_the_cone_itself(cone, random):
    felt = smoothed(cone, jnp.array(0.01), jnp.array(0.005), jnp.zeros(1))
    for _ in range(20):
        at = jnp.asarray(random.normal()), jnp.asarray(random.normal(size=2)), jnp.array(0.8)
        np.testing.assert_array_equal(impulses(felt, *at), impulses(cone, *at))


@pytest.mark.parametrize("cone", [Round(), Pyramid()])
def test_a_narrow_scatter_leaves_the_derivative_of_the_cone(cone, random):
    felt = Smoothed(cone, jnp.array([1e-9]))
    for _ in range(20):
        at = jnp.asarray(random.normal()), jnp.asarray(random.normal(size=2)), jnp.array(0.8)
        own = jax.jacobian(lambda *x: impulses(cone, *x), (0, 1, 2))(*at)
        found = jax.jacobian(lambda *x: impulses(felt, *x), (0, 1, 2))(*at)
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, atol=1e-7), found, own)


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize("gain", [0.0, 1e-6, 1.0])
@pytest.mark.parametrize("friction", [0.0, 1e-30, 1.0, 1e6])
def test_derivatives_are_finite_everywhere(dtype, gain, friction):
    felt = Smoothed(Round(), jnp.array([2.0], dtype))
    demands = jnp.array([-1e20, -1e3, -1e-30, 0, 1e-30, 1e3, 1e20], dtype)
    tangents = jnp.array([[0, 0], [1e-30, 0], [1.0, 2.0], [1e15, -1e15]], dtype)

    def slopes(demand, wanted):
        at = demand[None], jnp.array([gain], dtype), wanted[None], jnp.array([friction], dtype)
        push = jax.jacobian(felt.push, (0, 1))(*at[:2])
        return push, jax.jacobian(felt.hold, (0, 1, 2, 3))(*at)

    found = jax.vmap(lambda x: jax.vmap(lambda t: slopes(x, t))(tangents))(demands)
    for leaf in jax.tree.leaves(found):
        assert np.isfinite(leaf).all()

"""Each law against its definition: the impulse it gives leaves the row as the law demands."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.solve.cones import Pyramid, Round
from scenert.solve.laws import Bilateral, Contact, Drive, Interval, Motor, Passive

N = 40


@pytest.fixture
def rows(random):
    """Impulses so far, velocities and responses of rows, and the rows' velocity after a change."""
    impulse, velocity = (jnp.asarray(random.normal(size=N)) for _ in range(2))
    gram = jnp.asarray(random.uniform(0.2, 2, N))
    return impulse, velocity, gram, lambda new: velocity + gram * (new - impulse)


def column(values):
    return jnp.asarray(values)[:, None]


def projected(law, impulse, velocity, gram):
    """The impulses of the law's only row."""
    return law.project(0, impulse, velocity, law.gain(gram[:, None])[:, 0])


def test_a_bilateral_row_reaches_its_target(rows, random):
    impulse, velocity, gram, after = rows
    target = random.normal(size=N)
    new = projected(Bilateral(column(target)), impulse, velocity, gram)
    np.testing.assert_allclose(after(new), target, atol=1e-12)


def test_a_passive_row_takes_the_impulse_of_its_own_velocity(rows, random):
    impulse, velocity, gram, after = rows
    conductance, momentum = random.uniform(0, 2, N), random.normal(size=N)
    new = projected(Passive(column(conductance), column(momentum)), impulse, velocity, gram)
    np.testing.assert_allclose(new, momentum - conductance * after(new), atol=1e-12)


def test_a_motor_reaches_its_target_or_its_bound(rows, random):
    impulse, velocity, gram, after = rows
    target, bound = 2 * random.normal(size=N), random.uniform(0.1, 2, N)
    new = projected(Motor(column(target), column(bound)), impulse, velocity, gram)
    short = np.asarray(target - after(new))
    assert (np.abs(new) <= bound + 1e-12).all()
    np.testing.assert_allclose(new[short > 1e-9], bound[short > 1e-9])
    np.testing.assert_allclose(new[short < -1e-9], -bound[short < -1e-9])
    assert 5 < np.sum(np.abs(short) < 1e-9) < N - 5


def test_a_drive_does_in_a_step_what_a_motor_does_in_many(rows, random):
    """In short steps a motor brakes, holds, or lets go on whatever passes its target."""
    impulse, velocity, gram, _ = rows
    target, slip = random.normal(size=(2, N))
    bound = random.uniform(0.1, 2, N)
    new = projected(Drive(column(target), column(bound), column(slip)), impulse, velocity, gram)
    change = velocity - gram * impulse - target - slip
    steps = 20000
    speed, total = slip, jnp.zeros(N)
    for _ in range(steps):
        free = speed + change / steps
        share = np.clip(-free / gram, -bound / steps, bound / steps)
        speed, total = free + gram * share, total + share
    np.testing.assert_allclose(new, total, atol=5e-4)
    ends = np.sign(np.round(speed, 3) * slip).astype(int)
    assert min(np.bincount(ends + 1)) > 3, "each of passing, holding and braking should occur"


def test_an_interval_pushes_at_the_end_that_is_reached_only(rows, random):
    impulse, velocity, gram, after = rows
    lower = random.normal(size=N)
    upper = lower + random.uniform(0, 1, N)
    new = projected(Interval(column(lower), column(upper)), impulse, velocity, gram)
    left = after(new)
    assert (left >= lower - 1e-12).all()
    assert (left <= upper + 1e-12).all()
    np.testing.assert_allclose(left[new > 0], lower[new > 0], atol=1e-12)
    np.testing.assert_allclose(left[new < 0], upper[new < 0], atol=1e-12)
    assert len(set(np.sign(new))) == 3


def test_a_contact_pushes_or_separates(rows, random):
    impulse, velocity, gram, after = rows
    target = jnp.asarray(random.normal(size=N))
    for softness in (0.0, 0.7):
        law = Contact(target, jnp.full(N, softness), jnp.ones(N))
        gains = law.gain(jnp.stack([gram] * 3, axis=-1), jnp.zeros(N))
        new = law.push(law.demand(impulse, velocity, gains), gains)
        excess = after(new) + softness * new - target
        assert (new >= 0).all()
        assert (excess >= -1e-12).all()
        np.testing.assert_allclose(new * excess, 0, atol=1e-12)
        assert 5 < np.sum(new > 0) < N - 5


@pytest.fixture
def sliding(random):
    """Normal impulses, gains, tangent impulses and slips of contacts."""
    impulse, slip = (jnp.asarray(random.normal(size=(N, 2))) for _ in range(2))
    return jnp.asarray(random.uniform(0, 4, N)), jnp.ones((N, 2)), impulse, slip


def test_friction_is_the_nearest_impulse_on_the_disc(sliding):
    """Of the impulse that would stop the slip, by brute force over the disc."""
    normal, gain, impulse, slip = sliding
    law = Contact(jnp.zeros(N), jnp.zeros(N), jnp.full(N, 0.5))
    new = law.hold(normal, gain, impulse, slip)
    wanted = impulse - slip
    angle, share = np.meshgrid(np.linspace(0, 2 * np.pi, 721), np.linspace(0, 1, 101))
    disc = np.stack([share * np.cos(angle), share * np.sin(angle)], axis=-1).reshape(-1, 2)
    for i in range(N):
        distance = np.linalg.norm(0.5 * normal[i] * disc - wanted[i], axis=-1)
        assert np.linalg.norm(new[i] - wanted[i]) <= distance.min() + 1e-12
        assert np.linalg.norm(new[i]) <= 0.5 * normal[i] + 1e-12


def test_pyramid_friction_is_bounded_along_each_tangent(sliding):
    normal, gain, impulse, slip = sliding
    law = Contact(jnp.zeros(N), jnp.zeros(N), jnp.full(N, 0.5), Pyramid())
    new = law.hold(normal, gain, impulse, slip)
    bound = 0.5 * np.asarray(normal)[:, None]
    np.testing.assert_allclose(new, np.clip(impulse - slip, -bound, bound))


@pytest.mark.parametrize("cone", [Round(), Pyramid()])
@pytest.mark.parametrize("slip", [0.0, 1e-12, 1.0])
def test_a_pair_apart_has_no_friction_whatever_its_slip(cone, slip):
    """Nor derivatives of it: at rest in the air is not stuck."""
    law = Contact(jnp.zeros(1), jnp.zeros(1), jnp.ones(1), cone)
    slips = jnp.full((1, 2), slip)

    def friction(slip):
        return law.hold(jnp.zeros(1), jnp.ones((1, 2)), jnp.zeros((1, 2)), slip)

    np.testing.assert_array_equal(friction(slips), np.zeros((1, 2)))
    np.testing.assert_array_equal(jax.jacobian(friction)(slips), 0)


def test_a_pair_without_slip_sticks():
    law = Contact(jnp.zeros(1), jnp.zeros(1), jnp.ones(1))

    def friction(slip):
        return law.hold(jnp.ones(1), jnp.ones((1, 2)), jnp.zeros((1, 2)), slip)[0]

    np.testing.assert_array_equal(jax.jacobian(friction)(jnp.zeros((1, 2)))[:, 0], -np.eye(2))


@pytest.mark.parametrize(
    "law",
    [
        pytest.param(Bilateral(jnp.ones((1, 1))), id="bilateral"),
        pytest.param(Motor(jnp.ones((1, 1)), 9 * jnp.ones((1, 1))), id="motor"),
        pytest.param(Drive(jnp.ones((1, 1)), jnp.ones((1, 1)), jnp.ones((1, 1))), id="drive"),
        pytest.param(Interval(jnp.ones((1, 1)), 2 * jnp.ones((1, 1))), id="interval"),
    ],
)
def test_a_row_without_response_takes_no_impulse_and_has_no_derivative(law):
    def new(velocity, gram):
        return projected(law, jnp.zeros(1), velocity, gram)[0]

    zero = jnp.zeros(1)
    assert new(zero, zero) == 0
    for slope in jax.grad(new, argnums=(0, 1))(zero, zero):
        np.testing.assert_array_equal(slope, 0)

"""The whitened dynamics of a tree against its dense mass matrix.

The tree: a free root carries two hinges, each of which carries a ball joint. Velocities are the
root's twist (6), the hinges' rates (2) and the ball joints' (2 x 3).
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from scenert.ops import articulated, chain, joints, spatial, tree
from scenert.ops.articulated import Factor
from scenert.ops.spatial import Mass
from scenert.ops.tree import Level

SIZES = (6, 2, 6)
TOTAL = sum(SIZES)
GRAVITY = jnp.array([0.3, -0.2, -9.81])


class Tree(NamedTuple):
    """Levels, bodies and the joints' own inertia, from the root out."""

    levels: tuple[Level, Level, Level]
    masses: tuple[Mass, Mass, Mass]
    passive: tuple[Array, Array, Array]
    v: Array


def split(v):
    return v[:6].reshape(1, 6), v[6:8].reshape(2, 1), v[8:].reshape(2, 3)


@pytest.fixture
def whole(random, joint, rotations) -> Tree:
    v = jnp.asarray(random.normal(size=TOTAL))
    roots, hinges, balls = split(v)
    place = jnp.asarray(random.normal(size=(1, 3)))
    q = jnp.concatenate([place, rotations(1).reshape(1, 9)], axis=-1)
    root = joints.free(q, roots)
    arms = joints.hinge(
        joint(2, 1), tree.pick(root, (0, 0)), jnp.asarray(random.normal(size=(2, 1))), hinges
    )
    hands = joints.ball(joint(2, 0), arms, rotations(2).reshape(2, 9), balls)
    masses = tuple(body(n, random) for n in (1, 2, 2))
    passive = (jnp.zeros((1, 6)), jnp.asarray(random.uniform(0.1, 1, (2, 1))), jnp.ones((2, 3)))
    return Tree((root, arms, hands), masses, passive, v)


def body(count, random):
    """Bodies whose mass is not at their origin."""
    mass, center = random.uniform(1, 2, count), random.normal(size=(count, 3))
    inertia = []
    for m, c in zip(mass, center, strict=True):
        own = random.normal(size=(3, 3))
        inertia.append(own @ own.T + np.eye(3) + m * ((c @ c) * np.eye(3) - np.outer(c, c)))
    moment = mass[:, None] * center
    return Mass(jnp.asarray(mass), jnp.asarray(moment), jnp.asarray(np.stack(inertia)))


def twists(whole, v):
    """All links' twists (5, 6) at the velocities `v`."""
    parts = split(v)
    root = articulated.twist(whole.levels[0], parts[0], jnp.zeros((1, 6)))
    arms = articulated.twist(whole.levels[1], parts[1], tree.pick(root, (0, 0)))
    hands = articulated.twist(whole.levels[2], parts[2], arms)
    return jnp.concatenate([root, arms, hands])


def inertias(whole):
    pairs = zip(whole.masses, whole.levels, strict=True)
    return [spatial.inertia(mass, level.rotation) for mass, level in pairs]


def dense(whole):
    """The mass matrix Σ Jᵀ I J + P, and the links' Jacobians J (5, 6, TOTAL)."""
    jacobian = jax.jacobian(lambda v: twists(whole, v))(whole.v)
    matrix = jnp.einsum("lai,lab,lbj->ij", jacobian, jnp.concatenate(inertias(whole)), jacobian)
    own = jnp.concatenate([p.reshape(-1) for p in whole.passive])
    return matrix + jnp.diag(own), jacobian


def factors(whole) -> list[Factor]:
    root, arms, hands = whole.levels
    own = inertias(whole)
    hand_factor, felt = articulated.factorize(own[2], hands, whole.passive[2])
    arm_factor, felt = articulated.factorize(own[1] + felt, arms, whole.passive[1])
    felt = own[0] + tree.gather_onto(felt, (0, 0), 1)
    return [articulated.factorize(felt, root, whole.passive[0])[0], arm_factor, hand_factor]


def accelerations(whole, force):
    """Joint accelerations (TOTAL,) under generalized forces, by the recursions of the tree."""
    root, arms, hands = whole.levels
    parts, factor = split(force), factors(whole)
    wrench = [
        spatial.bias_wrench(mass, level.rotation, level.angular, GRAVITY)
        for mass, level in zip(whole.masses, whole.levels, strict=True)
    ]
    hand_y, borne = articulated.drive(factor[2], hands, wrench[2], parts[2])
    arm_y, borne = articulated.drive(factor[1], arms, wrench[1] + borne, parts[1])
    carried = wrench[0] + tree.gather_onto(borne, (0, 0), 1)
    root_y, _ = articulated.drive(factor[0], root, carried, parts[0])
    root_rate, moved = articulated.accelerate(factor[0], root, root_y, jnp.zeros((1, 6)))
    arm_rate, moved = articulated.accelerate(factor[1], arms, arm_y, tree.pick(moved, (0, 0)))
    hand_rate, _ = articulated.accelerate(factor[2], hands, hand_y, moved)
    return jnp.concatenate([rate.reshape(-1) for rate in (root_rate, arm_rate, hand_rate)])


def responses(whole):
    """Joint velocities (TOTAL, TOTAL) and links' twists (5, 6, TOTAL) per whitened velocity."""
    root, arms, hands = whole.levels
    factor, slots = factors(whole), jnp.eye(TOTAL)
    root_joint, root_link = articulated.respond(
        factor[0], root, slots[:6].reshape(1, 6, TOTAL), jnp.zeros((1, 6, TOTAL))
    )
    arm_joint, arm_link = articulated.respond(
        factor[1], arms, slots[6:8].reshape(2, 1, TOTAL), tree.pick(root_link, (0, 0))
    )
    hand_joint, hand_link = articulated.respond(
        factor[2], hands, slots[8:].reshape(2, 3, TOTAL), arm_link
    )
    joint = [x.reshape(-1, TOTAL) for x in (root_joint, arm_joint, hand_joint)]
    return jnp.concatenate(joint), jnp.concatenate([root_link, arm_link, hand_link])


def test_response_of_the_joints_is_a_root_of_the_inverse_mass_matrix(whole):
    matrix, _ = dense(whole)
    joint, _ = responses(whole)
    np.testing.assert_allclose(joint @ joint.T, np.linalg.inv(matrix), atol=1e-12)


def test_rows_and_their_responses_are_one_vector_in_whitened_velocity(whole, random):
    """J M⁻¹ Jᵀ = y · y for any rows on any links."""
    matrix, jacobian = dense(whole)
    _, link = responses(whole)
    wrenches = random.normal(size=(5, 6))
    y = jnp.einsum("la,lat->lt", wrenches, link)
    row = jnp.einsum("la,lai->li", wrenches, jacobian)
    np.testing.assert_allclose(y @ y.T, row @ np.linalg.solve(matrix, row.T), atol=1e-11)


def test_velocity_change_has_the_energy_of_its_whitened_velocity(whole, random):
    matrix, _ = dense(whole)
    joint, _ = responses(whole)
    z = jnp.asarray(random.normal(size=TOTAL))
    change = articulated.velocity_change(joint, z)
    assert change @ matrix @ change == pytest.approx(float(z @ z))


def test_accelerations_obey_the_equations_of_motion(whole, random):
    """M a = f - Σ Jᵀ (bias wrench + I (bias acceleration of the links))."""
    force = jnp.asarray(random.normal(size=TOTAL))
    matrix, jacobian = dense(whole)
    still = jnp.zeros(TOTAL)
    root, arms, hands = whole.levels
    bias = articulated.acceleration(root, split(still)[0], jnp.zeros((1, 6)))
    arm_bias = articulated.acceleration(arms, split(still)[1], tree.pick(bias, (0, 0)))
    hand_bias = articulated.acceleration(hands, split(still)[2], arm_bias)
    bias = jnp.concatenate([bias, arm_bias, hand_bias])
    wrench = jnp.concatenate(
        [
            spatial.bias_wrench(mass, level.rotation, level.angular, GRAVITY)
            for mass, level in zip(whole.masses, whole.levels, strict=True)
        ]
    )
    wrench = wrench + jnp.einsum("lab,lb->la", jnp.concatenate(inertias(whole)), bias)
    expected = np.linalg.solve(matrix, force - jnp.einsum("lai,la->i", jacobian, wrench))
    np.testing.assert_allclose(accelerations(whole, force), expected, rtol=1e-9)


def test_accelerations_leave_a_residual_that_completes_them(whole, random):
    """From any accelerations, L⁻ᵀ L⁻¹ (f - M a) leads to those that obey the equations."""
    force, start = jnp.asarray(random.normal(size=TOTAL)), jnp.asarray(random.normal(size=TOTAL))
    root, arms, hands = whole.levels
    rates, parts, factor = split(start), split(force), factors(whole)
    moved = [articulated.acceleration(root, rates[0], jnp.zeros((1, 6)))]
    moved.append(articulated.acceleration(arms, rates[1], tree.pick(moved[0], (0, 0))))
    moved.append(articulated.acceleration(hands, rates[2], moved[1]))
    wrench = [
        spatial.wrench(mass, level.rotation, level.angular, acceleration, GRAVITY)
        for mass, level, acceleration in zip(whole.masses, whole.levels, moved, strict=True)
    ]
    net = [part - own * rate for part, own, rate in zip(parts, whole.passive, rates, strict=True)]
    hand_y, borne = articulated.unbalanced(factor[2], hands, wrench[2], net[2])
    arm_y, borne = articulated.unbalanced(factor[1], arms, wrench[1] + borne, net[1])
    carried = wrench[0] + tree.gather_onto(borne, (0, 0), 1)
    root_y, _ = articulated.unbalanced(factor[0], root, carried, net[0])
    joint, _ = responses(whole)
    left = jnp.concatenate([y.reshape(-1) for y in (root_y, arm_y, hand_y)])
    np.testing.assert_allclose(start + joint @ left, accelerations(whole, force), rtol=1e-9)


def test_loose_bodies_are_factorized_without_elimination(random, rotations):
    mass = jnp.asarray(random.uniform(1, 2, 3))
    moments = jnp.asarray(random.uniform(1, 2, (3, 3)))
    bodies = Mass(mass, jnp.zeros((3, 3)), jax.vmap(jnp.diag)(moments))
    q = jnp.concatenate([random.normal(size=(3, 3)), rotations(3).reshape(3, 9)], axis=-1)
    level = joints.free(q, jnp.asarray(random.normal(size=(3, 6))))
    whitener = articulated.factorize_loose(bodies, level.rotation).whitener
    inverse = np.linalg.inv(spatial.inertia(bodies, level.rotation))
    np.testing.assert_allclose(whitener @ jnp.swapaxes(whitener, -1, -2), inverse, atol=1e-12)


@pytest.fixture
def run(random, joint, links):
    """Three levels of two hinges each, carried by one another, and the level that carries them."""
    parent = links(2)
    geometry = jax.tree.map(lambda x: x.reshape(3, 2, *x.shape[1:]), joint(6, 1))
    q, v, force = (jnp.asarray(random.normal(size=(3, 2, 1))) for _ in range(3))
    levels = chain.carry(joints.hinge, geometry, parent, q, v)
    masses = jax.tree.map(lambda x: x.reshape(3, 2, *x.shape[1:]), body(6, random))
    return parent, geometry, q, v, force, levels, masses


def at(values, level):
    return jax.tree.map(lambda x: x[level], values)


def test_a_run_is_carried_level_by_level(run):
    parent, geometry, q, v, _, levels, _ = run
    for i in range(3):
        parent = joints.hinge(at(geometry, i), parent, q[i], v[i])
        jax.tree.map(np.testing.assert_allclose, at(levels, i), parent)


def test_a_run_is_eliminated_level_by_level(run):
    _, _, _, _, force, levels, masses = run
    inertia = spatial.inertia(masses, levels.rotation)
    passive = jnp.full((3, 2, 1), 0.3)
    wrench = spatial.bias_wrench(masses, levels.rotation, levels.angular, GRAVITY)
    factor, felt = chain.factorize(inertia, levels, passive)
    y, borne = chain.drive(factor, levels, wrench, force)
    carried, pull = jnp.zeros((2, 6, 6)), jnp.zeros((2, 6))
    for i in reversed(range(3)):
        own, carried = articulated.factorize(inertia[i] + carried, at(levels, i), passive[i])
        jax.tree.map(np.testing.assert_allclose, at(factor, i), own)
        single, pull = articulated.drive(own, at(levels, i), wrench[i] + pull, force[i])
        np.testing.assert_allclose(y[i], single)
    np.testing.assert_allclose(felt, carried)
    np.testing.assert_allclose(borne, pull)


def test_what_is_unbalanced_in_a_run_is_passed_on_level_by_level(run):
    _, _, _, _, force, levels, masses = run
    inertia = spatial.inertia(masses, levels.rotation)
    factor, _ = chain.factorize(inertia, levels, jnp.full((3, 2, 1), 0.3))
    wrench = spatial.bias_wrench(masses, levels.rotation, levels.angular, GRAVITY)
    y, borne = chain.unbalanced(factor, levels, wrench, force)
    pull = jnp.zeros((2, 6))
    for i in reversed(range(3)):
        single, pull = articulated.unbalanced(
            at(factor, i), at(levels, i), wrench[i] + pull, force[i]
        )
        np.testing.assert_allclose(y[i], single)
    np.testing.assert_allclose(borne, pull)


def test_a_run_moves_level_by_level(run, random):
    _, _, _, v, _, levels, masses = run
    factor, _ = chain.factorize(
        spatial.inertia(masses, levels.rotation), levels, jnp.zeros((3, 2, 1))
    )
    y = jnp.asarray(random.normal(size=(3, 2, 1)))
    slots = jnp.asarray(random.normal(size=(3, 2, 1, 4)))
    base, columns = jnp.ones((2, 6)), jnp.ones((2, 6, 4))
    rate, moved = chain.accelerate(factor, levels, y, base)
    joint, link = chain.respond(factor, levels, slots, columns)
    twist, bias = chain.twist(levels, v, base), chain.acceleration(levels, v, base)
    carried, turned, pulled = base, base, base
    for i in range(3):
        level, own = at(levels, i), at(factor, i)
        single, carried = articulated.accelerate(own, level, y[i], carried)
        np.testing.assert_allclose(rate[i], single)
        np.testing.assert_allclose(moved[i], carried)
        single, columns = articulated.respond(own, level, slots[i], columns)
        np.testing.assert_allclose(joint[i], single)
        np.testing.assert_allclose(link[i], columns)
        turned = articulated.twist(level, v[i], turned)
        np.testing.assert_allclose(twist[i], turned)
        pulled = articulated.acceleration(level, v[i], pulled)
        np.testing.assert_allclose(bias[i], pulled)

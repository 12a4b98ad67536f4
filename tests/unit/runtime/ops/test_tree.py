import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops import tree

CHOICES = {
    "all in order": ((0, 1, 2, 3), 4),
    "one for all": ((2, 2, 2), 4),
    "a run": ((1, 2), 4),
    "out of order, some twice": ((3, 0, 3, 1), 4),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_pick_takes_entries_of_every_array(choice, random):
    index, count = CHOICES[choice]
    values = (jnp.asarray(random.normal(size=(count, 3))), jnp.arange(count))
    picked = tree.pick(values, index)
    for array, taken in zip(values, picked, strict=True):
        np.testing.assert_array_equal(taken, np.asarray(array)[list(index)])


@pytest.mark.parametrize("choice", CHOICES)
def test_gathering_onto_parents_transposes_picking_them(choice, random):
    index, count = CHOICES[choice]
    parents = jnp.asarray(random.normal(size=(count, 3)))
    children = jnp.asarray(random.normal(size=(len(index), 3)))
    (gathered,) = jax.vjp(lambda p: tree.pick(p, index), parents)[1](children)
    np.testing.assert_allclose(tree.gather_onto(children, index, count), gathered)


def test_parents_without_children_gather_nothing():
    gathered = tree.gather_onto(jnp.ones((2, 3)), (1, 1), 3)
    np.testing.assert_array_equal(gathered, [[0, 0, 0], [2, 2, 2], [0, 0, 0]])


def test_a_run_is_flattened_level_by_level():
    run = {"a": jnp.arange(12).reshape(3, 2, 2)}
    np.testing.assert_array_equal(tree.flatten_run(run)["a"], np.arange(12).reshape(6, 2))


def test_the_world_rests_at_the_origin():
    world = tree.world(2, jnp.dtype("float64"))
    np.testing.assert_array_equal(world.rotation, np.stack([np.eye(3)] * 2))
    for motion in (world.position, world.angular, world.linear, world.bias):
        np.testing.assert_array_equal(motion, 0)

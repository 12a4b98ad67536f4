"""Double precision, and links and joints at random, for the tests of the physics."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import Array

from scenert.ops import rotation
from scenert.ops.joints import Joint
from scenert.ops.tree import Level


@pytest.fixture(scope="module", autouse=True)
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def rotations(random: np.random.Generator) -> Callable[[int], Array]:
    """n rotation matrices (n, 3, 3)."""
    return lambda n: rotation.exponential(jnp.asarray(random.normal(size=(n, 3))))


@pytest.fixture
def directions(random: np.random.Generator) -> Callable[[int], Array]:
    """n unit vectors (n, 3)."""

    def build(n: int) -> Array:
        vectors = random.normal(size=(n, 3))
        return jnp.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    return build


@pytest.fixture
def links(random: np.random.Generator, rotations: Callable[[int], Array]) -> Callable[[int], Level]:
    """n links that move anyhow, without joints."""

    def build(n: int) -> Level:
        position, angular, linear = (jnp.asarray(random.normal(size=(n, 3))) for _ in range(3))
        nothing = jnp.zeros((n, 6, 0))
        return Level(position, rotations(n), angular, linear, position, nothing, jnp.zeros((n, 6)))

    return build


@pytest.fixture
def joint(
    random: np.random.Generator,
    rotations: Callable[[int], Array],
    directions: Callable[[int], Array],
) -> Callable[[int, int], Joint]:
    """n joints with k axes each, their anchors and rest rotations at random."""

    def build(n: int, k: int) -> Joint:
        anchor, child_anchor = (jnp.asarray(random.normal(size=(n, 3))) for _ in range(2))
        return Joint(anchor, child_anchor, rotations(n), directions(n * k).reshape(n, k, 3))

    return build

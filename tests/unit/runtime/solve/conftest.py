"""Double precision and groups of rows for the tests of the solver."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.ops.rows import Response
from scenert.solve.cones import Pyramid, Round
from scenert.solve.laws import Bilateral, Contact, Drive, Interval, Motor
from scenert.solve.solver import Group

TILE = 4  # degrees of freedom of a tree


@pytest.fixture(scope="module", autouse=True)
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.fixture
def group(random):
    """A group of blocks with `rows` rows, on `first` and `second` trees."""

    def build(law, rows, first, second, colors):
        count = len(first)
        sides = 1 if second is None else 2
        response = [jnp.asarray(random.normal(size=(count, rows, TILE))) for _ in range(sides)]
        velocity = jnp.asarray(random.normal(size=(count, rows)))
        whole = Response(response[0], response[1] if sides == 2 else None)
        return Group(whole, velocity, law(count), first, second, colors)

    def contact(n, cone):
        target, compliance, friction = (random.uniform(0, 1, n) for _ in range(3))
        numbers = jnp.asarray(target), 0.1 * jnp.asarray(compliance), jnp.asarray(friction)
        return Contact(*numbers, cone)

    laws = {
        "bilateral": lambda n: Bilateral(jnp.asarray(random.normal(size=(n, 2)))),
        "motor": lambda n: Motor(
            jnp.asarray(random.normal(size=(n, 1))), jnp.asarray(random.uniform(0.1, 1, (n, 1)))
        ),
        "drive": lambda n: Drive(*jnp.asarray(random.uniform(0.1, 1, (3, n, 1)))),
        "interval": lambda n: Interval(-jnp.ones((n, 1)) * 0.1, jnp.ones((n, 1)) * 0.2),
        "contact": lambda n: contact(n, Round()),
        "pyramid": lambda n: contact(n, Pyramid()),
    }
    sizes = {"bilateral": 2, "motor": 1, "drive": 1, "interval": 1, "contact": 3, "pyramid": 3}
    return lambda law, first, second, colors: build(laws[law], sizes[law], first, second, colors)

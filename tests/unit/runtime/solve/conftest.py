"""Double precision for the tests of the solver."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np
import pytest


@pytest.fixture(scope="module", autouse=True)
def _double_precision() -> Iterator[None]:
    with jax.enable_x64(True):
        yield


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scenert.lanes import lanes


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiled code of the tests is kept apart from the user's."""
    monkeypatch.setenv("SCENERT_CACHE", str(tmp_path_factory.getbasetemp() / "lanes"))


@pytest.fixture(params=["float32", "float64"])
def dtype(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Both floating-point types; double precision is switched on for its tests only."""
    with jax.enable_x64(request.param == "float64"):
        yield jnp.dtype(request.param)


@pytest.fixture
def agree() -> Callable[..., None]:
    """Checks that a function gives in lanes, element by element of a batch, what JAX gives."""

    def check(function: Callable[..., Any], *batch: Any, ulps: float = 8, **options: Any) -> None:
        expected = jax.jit(jax.vmap(function))(*batch)
        actual = jax.jit(jax.vmap(lanes(function, **options)))(*batch)
        assert jax.tree.structure(actual) == jax.tree.structure(expected)
        for a, e in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
            assert (a.shape, a.dtype) == (e.shape, e.dtype)
            tolerance = ulps * float(jnp.finfo(e.dtype).eps) if e.dtype.kind == "f" else 0
            scale = tolerance * float(np.max(np.abs(e), initial=0, where=np.isfinite(e)))
            np.testing.assert_allclose(a, e, rtol=tolerance, atol=min(scale, tolerance))

    return check

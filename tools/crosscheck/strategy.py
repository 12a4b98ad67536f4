"""Articulated trees for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from tools.crosscheck.random_tree import random_tree
from tools.crosscheck.tree import FREEDOM, Tree


@st.composite
def trees(
    draw: st.DrawFn, roots: tuple[str, ...] = ("free", "world"), damping: float = 0.0
) -> Tree:
    """Chains, stars and what lies between, of one to five links."""
    size = draw(st.integers(1, 5))
    parents = [draw(st.integers(-1, place - 1)) for place in range(size)]
    kinds = [draw(st.sampled_from(tuple(FREEDOM))) for _ in range(size)]
    root = draw(st.sampled_from(roots))
    seed = draw(st.integers(0, 2**32 - 1))
    return random_tree(parents, kinds, root, seed, damping)

"""Blocks of one color touch no common tree."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenec.passes.colors import STATIC, color

TREES = 8
BLOCKS = st.lists(
    st.lists(st.integers(STATIC, TREES - 1), min_size=1, max_size=2).map(tuple), max_size=40
)


def by_color(order: list[int], sizes: tuple[int, ...]) -> list[list[int]]:
    rest = iter(order)
    return [list(itertools.islice(rest, size)) for size in sizes]


@given(blocks=BLOCKS)
def test_every_block_has_one_color_and_no_color_touches_a_tree_twice(
    blocks: list[tuple[int, ...]],
) -> None:
    order, sizes = color(blocks, TREES)
    assert sorted(order) == list(range(len(blocks)))
    assert sum(sizes) == len(blocks)
    assert 0 not in sizes
    for members in by_color(order, sizes):
        touched = [t for i in members for t in set(blocks[i]) if t != STATIC]
        assert len(set(touched)) == len(touched)


@given(blocks=BLOCKS)
def test_no_more_colors_than_first_fit_can_need(blocks: list[tuple[int, ...]]) -> None:
    """A block waits for the others on its trees only: 2 (d - 1) + 1 colors for d on each."""
    _, sizes = color(blocks, TREES)
    degree = max((sum(t in block for block in blocks) for t in range(TREES)), default=0)
    assert len(sizes) <= max(2 * degree - 1, 1 if blocks else 0)


@pytest.mark.parametrize("trees", [2, 3, 4, 7, 16, 25, 100])
def test_the_complete_graph_needs_no_more_colors_than_there_are_trees(trees: int) -> None:
    _, sizes = color(list(itertools.combinations(range(trees), 2)), trees)
    assert len(sizes) <= trees


def test_contacts_of_balls_with_one_plane_have_one_color() -> None:
    order, sizes = color([(ball,) for ball in range(100)], 100)
    assert sizes == (100,)
    assert order == list(range(100))


def test_as_many_colors_as_planes_suffice() -> None:
    blocks = [(ball,) for ball in range(10) for _ in range(5)]
    _, sizes = color(blocks, 10)
    assert sizes == (10,) * 5


def test_what_cannot_move_conflicts_with_nothing() -> None:
    assert color([(STATIC, 0), (STATIC, 1), (2, STATIC)], 3)[1] == (3,)


def test_a_block_within_a_tree_touches_it_once() -> None:
    assert color([(0, 0), (1, 1), (0, 0)], 2) == ([0, 1, 2], (2, 1))


def test_blocks_without_conflict_keep_their_order() -> None:
    assert color([], 4) == ([], ())
    assert color([(0,), (1,), (0,), (1,)], 2) == ([0, 1, 2, 3], (2, 2))

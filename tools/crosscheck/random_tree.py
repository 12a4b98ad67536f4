"""Articulated trees of a given shape with random numbers in them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.crosscheck.tree import FREEDOM, Node, Tree, Vector

AXES = {"hinge": 1, "slide": 1, "universal": 2, "ball": 0}


def random_tree(
    parents: Sequence[int],
    kinds: Sequence[str],
    root: str = "free",
    seed: int = 0,
    damping: float = 0.0,
) -> Tree:
    """A tree whose node i hangs on node parents[i] (-1: the root) by a joint of kinds[i].

    Masses are between 0.5 and 1.5 kg, moments of inertia fit bodies of some 30 cm, anchors lie some
    20 cm off, and joints start up to 1 rad (or m) from position 0, moving.
    """
    rng = np.random.default_rng(seed)
    pairs = zip(parents, kinds, strict=True)
    nodes = tuple(_node(rng, parent, kind, damping) for parent, kind in pairs)
    return Tree(
        nodes,
        root,
        inertia=_moments(rng),
        position=_vector(rng, 1.0),
        rotation=_direction(rng, 4),
        linear=_vector(rng, 1.0),
        angular=_vector(rng, 1.0),
    )


def _node(rng: np.random.Generator, parent: int, kind: str, damping: float) -> Node:
    freedom = FREEDOM[kind]
    return Node(
        parent,
        kind,
        mass=float(rng.uniform(0.5, 1.5)),
        inertia=_moments(rng),
        anchor=_vector(rng, 0.2),
        child_anchor=_vector(rng, 0.2),
        rotation=_direction(rng, 4),
        axes=_axes(rng, AXES[kind]),
        damping=damping,
        armature=float(rng.uniform(0.0, 0.05)),
        angle=_vector(rng, 1.0, freedom),
        speed=_vector(rng, 1.0, freedom),
    )


def _axes(rng: np.random.Generator, count: int) -> tuple[Vector, ...]:
    """Unit vectors; two of them are between 60 and 120 degrees apart."""
    axes = [np.array(_direction(rng, 3)) for _ in range(count)]
    while count == 2 and abs(axes[0] @ axes[1]) > 0.5:
        axes[1] = np.array(_direction(rng, 3))
    return tuple(tuple(axis.tolist()) for axis in axes)


def _moments(rng: np.random.Generator) -> Vector:
    """Three principal moments of inertia [kg m^2] that a rigid body can have."""
    return tuple(rng.uniform(0.006, 0.012, 3).tolist())


def _vector(rng: np.random.Generator, size: float, count: int = 3) -> Vector:
    return tuple(rng.uniform(-size, size, count).tolist())


def _direction(rng: np.random.Generator, count: int) -> Vector:
    """A unit vector, or a unit quaternion."""
    vector = rng.normal(size=count)
    return tuple((vector / np.linalg.norm(vector)).tolist())

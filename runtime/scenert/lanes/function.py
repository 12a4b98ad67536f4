"""A function of one element with fixed argument types, and the functions derived from it."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend.core import ClosedJaxpr

from scenert.lanes.errors import LaneError
from scenert.lanes.kernel import compile_kernel


class LaneFallbackWarning(UserWarning):
    """A function runs on the portable path, because it cannot be compiled to lanes."""


class LaneFunction:
    """A function of arrays (one element) that returns a tuple of arrays.

    `uniform` marks the arguments that batches usually share; it decides which kernel serves a call
    without a batch. `identity` names what the function computes, for processes to come; None where
    nobody knows. Derived functions and kernels are made once and kept.
    """

    def __init__(
        self,
        name: str,
        call: Callable[..., Sequence[Any]],
        arguments: Sequence[jax.ShapeDtypeStruct],
        results: Sequence[jax.ShapeDtypeStruct],
        uniform: Sequence[bool],
        identity: str | None = None,
    ) -> None:
        self.name = name
        self.call = call
        self.arguments = tuple(arguments)
        self.results = tuple(results)
        self.uniform = tuple(uniform)
        self.identity = identity
        self._tangents: dict[tuple[bool, ...], Tangent] = {}
        self._cotangents: dict[tuple[tuple[bool, ...], tuple[bool, ...]], LaneFunction] = {}
        self._kernels: dict[tuple[bool, ...], str | None] = {}
        self._lock = threading.RLock()

    def __repr__(self) -> str:
        return f"LaneFunction({self.name})"

    def jaxpr(self) -> ClosedJaxpr:
        """The function as a jaxpr."""
        return jax.make_jaxpr(self.call)(*self.arguments)

    def kernel(self, uniform: tuple[bool, ...]) -> str | None:
        """The kernel's name; None, after a warning, where lanes cannot run the function."""
        with self._lock:
            if uniform not in self._kernels:
                self._kernels[uniform] = self._compiled(uniform)
            return self._kernels[uniform]

    def _compiled(self, uniform: tuple[bool, ...]) -> str | None:
        try:
            return compile_kernel(self.jaxpr, uniform, self.identity)
        except LaneError as fault:
            self.fall_back(fault)
            return None

    def fall_back(self, fault: Exception) -> None:
        """Warn that the function runs as JAX would run it, and why."""
        message = f"{self.name} runs on the portable path: {fault}; it gives the same, but slower"
        warnings.warn(message, LaneFallbackWarning, stacklevel=3)

    @cached_property
    def differentiable(self) -> tuple[bool, ...]:
        """Which results have derivatives: the floating-point ones."""
        return tuple(jnp.issubdtype(x.dtype, jnp.floating) for x in self.results)

    def tangent(self, moving: tuple[bool, ...]) -> Tangent:
        """The directional derivative: arguments, then tangents of those that move, to tangents.

        Only results that have derivatives have a tangent.
        """
        with self._lock:
            if moving not in self._tangents:
                self._tangents[moving] = self._tangent(moving)
            return self._tangents[moving]

    def _tangent(self, moving: tuple[bool, ...]) -> Tangent:
        count = len(self.arguments)

        def call(*values: Any) -> Sequence[Any]:
            fixed, tangents = values[:count], values[count:]

            def along(*chosen: Any) -> Sequence[Any]:
                return _picked(self.call(*_merged(fixed, chosen, moving)), self.differentiable)

            _, directional = jax.jvp(along, _picked(fixed, moving), tangents)
            return list(directional)

        tangents = _picked(self.arguments, moving)
        results = _picked(self.results, self.differentiable)
        return Tangent(self._derived("jvp", call, tangents, results, moving), self, moving)

    def cotangent(self, moving: tuple[bool, ...], given: tuple[bool, ...]) -> LaneFunction:
        """The transposed derivative: arguments, then the cotangents that are given.

        `given` says for each differentiable result whether it has a cotangent. Returns the
        cotangents of the arguments that move; the function is computed again for them.
        """
        key = (moving, given)
        with self._lock:
            if key not in self._cotangents:
                self._cotangents[key] = self._cotangent(moving, given)
            return self._cotangents[key]

    def _cotangent(self, moving: tuple[bool, ...], given: tuple[bool, ...]) -> LaneFunction:
        count = len(self.arguments)

        def call(*values: Any) -> Sequence[Any]:
            fixed, cotangents = values[:count], values[count:]

            def along(*chosen: Any) -> tuple[Any, ...]:
                results = self.call(*_merged(fixed, chosen, moving))
                return _picked(_picked(results, self.differentiable), given)

            _, pullback = jax.vjp(along, *_picked(fixed, moving))
            pulled: Sequence[Any] = pullback(tuple(cotangents))
            return pulled

        cotangents = _picked(_picked(self.results, self.differentiable), given)
        results = _picked(self.arguments, moving)
        return self._derived("vjp", call, cotangents, results, moving, given)

    def _derived(
        self,
        kind: str,
        call: Callable[..., Sequence[Any]],
        further: Sequence[jax.ShapeDtypeStruct],
        results: Sequence[jax.ShapeDtypeStruct],
        *chosen: tuple[bool, ...],
    ) -> LaneFunction:
        """A derivative, which takes `further` arguments that each element has for itself."""
        identity = None if self.identity is None else f"{self.identity} {kind} {chosen}"
        uniform = (*self.uniform, *(False for _ in further))
        arguments = (*self.arguments, *further)
        return LaneFunction(f"{self.name}.{kind}", call, arguments, results, uniform, identity)


@dataclass(frozen=True)
class Tangent:
    """A directional derivative, and what it is the derivative of."""

    function: LaneFunction
    primal: LaneFunction
    moving: tuple[bool, ...]


def _picked(values: Sequence[Any], chosen: Sequence[bool]) -> tuple[Any, ...]:
    return tuple(value for value, take in zip(values, chosen, strict=True) if take)


def _merged(fixed: Sequence[Any], moved: Sequence[Any], moving: Sequence[bool]) -> list[Any]:
    """The fixed values with the moving ones replaced."""
    replacements = iter(moved)
    pairs = zip(fixed, moving, strict=True)
    return [next(replacements) if moves else value for value, moves in pairs]

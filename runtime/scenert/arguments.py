"""Checks of what callers hand to a simulator, made while JAX traces and therefore free afterwards.

One robot has one floating-point type: parameters and state must agree in it; control is converted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike, DTypeLike

from scenert.abi import Field, Manifest, Parameter
from scenert.names import unknown
from scenert.state import State

Params = Mapping[str, ArrayLike]


def check_parameters(params: Params, declared: Sequence[Parameter]) -> dict[str, Array]:
    """`params` as arrays of one floating-point type.

    Raises TypeError for what is no dict of floating-point arrays, ValueError for missing or unknown
    names and wrong shapes.
    """
    if not isinstance(params, Mapping):
        raise TypeError(f"params must be a dict like sim.params(), not {type(params).__name__}")
    _check_names(params, [parameter.name for parameter in declared])
    arrays = {p.name: _floating(params[p.name], f"params[{p.name!r}]") for p in declared}
    for parameter in declared:
        _check_shape(arrays[parameter.name], parameter.shape, f"params[{parameter.name!r}]")
    return _unify(arrays)


def check_state(state: State, declared: Sequence[Field], dtype: DTypeLike | None) -> State:
    """`state`; TypeError unless it is a State of type `dtype`, ValueError for a wrong shape."""
    if not isinstance(state, State):
        raise TypeError(f"state must be a State as sim.init gives it, not {type(state).__name__}")
    for field in declared:
        array = _floating(getattr(state, field.name), f"state.{field.name}")
        _check_shape(array, field.shape, f"state.{field.name}")
        if dtype is not None and array.dtype != dtype:
            raise TypeError(
                f"state.{field.name} is {array.dtype} but params are {jnp.dtype(dtype)}: "
                "make both with sim.params(dtype=...) and sim.init"
            )
    return state


def check_control(control: ArrayLike, size: int, dtype: DTypeLike) -> Array:
    """`control` as an array of `dtype`; ValueError unless its shape is (size,)."""
    array = _floating(control, "control")
    _check_shape(array, (size,), "control")
    return array.astype(dtype)


def check_arguments(manifest: Manifest, params: Params, *rest: Any) -> tuple[Any, ...]:
    """The checked arguments (params), (params, state) or (params, state, control) of a program."""
    arrays = check_parameters(params, manifest.parameters)
    dtype = next((array.dtype for array in arrays.values()), None)
    match rest:
        case ():
            return (arrays,)
        case (state,):
            return arrays, check_state(state, manifest.state, dtype)
        case state, control:
            state = check_state(state, manifest.state, dtype)
            return arrays, state, check_control(control, control_size(manifest), state.q.dtype)
    raise TypeError(f"a program takes at most 3 arguments, not {len(rest) + 1}")


def control_size(manifest: Manifest) -> int:
    """Length of the control vector."""
    return max((actuator.control[1] for actuator in manifest.actuators), default=0)


def _check_names(params: Params, known: list[str]) -> None:
    for name in params:
        if name not in known:
            raise ValueError(unknown("parameter", name, known))
    missing = [name for name in known if name not in params]
    if missing:
        listed = ", ".join(map(repr, missing))
        raise ValueError(f"params lack {listed}; pass all of them: {{**sim.params(), ...}}")


def _floating(value: ArrayLike, name: str) -> Array:
    array = jnp.asarray(value)
    if not jnp.issubdtype(array.dtype, jnp.floating):
        raise TypeError(f"{name} must hold floating-point numbers, not {array.dtype}")
    return array


def _check_shape(array: Array, shape: tuple[int, ...], name: str) -> None:
    if array.shape == shape:
        return
    batched = array.ndim > len(shape) and array.shape[array.ndim - len(shape) :] == shape
    advice = "; a simulator runs one robot, jax.vmap many" if batched else ""
    raise ValueError(f"{name} has shape {array.shape}, expected {shape}{advice}")


def _unify(arrays: dict[str, Array]) -> dict[str, Array]:
    """`arrays` in the one type of those that are not mere Python numbers."""
    types = {name: a.dtype for name, a in arrays.items() if not jax.typeof(a).weak_type}
    first = next(iter(types), None)
    if first is None:
        return arrays
    for name, dtype in types.items():
        if dtype != types[first]:
            raise TypeError(
                f"params[{first!r}] is {types[first]} but params[{name!r}] is {dtype}: "
                "give all parameters one floating-point type"
            )
    return {name: array.astype(types[first]) for name, array in arrays.items()}

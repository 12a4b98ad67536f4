"""Two JAX primitives: a call of a lane function, and a call of its derivative.

Operands have `rank` leading batch axes, of extent 1 where an operand does not vary along them, so
that what a batch shares is never copied. On a CPU the calls run in lanes and on a CUDA device as a
kernel of one thread per element; anywhere else, and where neither can run the function, the same
function runs under `jax.vmap`.

`lane_call` is any function; its derivative is `lane_linear`, which takes the arguments and then the
tangents and is linear in the tangents. The transpose of `lane_linear` is again a `lane_call`, of a
function that computes the primal again and pulls the cotangents back. All of them are lane
functions, so derivatives of any order exist.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import cache, partial
from math import prod
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import ShapedArray
from jax.extend.core import Primitive
from jax.interpreters import ad, batching, mlir

from scenert.lanes.errors import LaneError
from scenert.lanes.function import LaneFunction, Tangent
from scenert.lanes.manual import result_type
from scenert.lanes.scalarize import scalarize
from scenert.lanes.signature import array_type

lane_call: Any = Primitive("lane_call")
lane_linear: Any = Primitive("lane_linear")
lane_call.multiple_results = lane_linear.multiple_results = True


def batch_shape(operands: Sequence[Any], rank: int) -> tuple[int, ...]:
    """Extents of the batch axes."""
    return jnp.broadcast_shapes(*(operand.shape[:rank] for operand in operands))


# Evaluation


def _types(*operands: Any, function: LaneFunction, rank: int) -> list[ShapedArray]:
    batch = batch_shape(operands, rank)
    return [result_type((*batch, *x.shape), x.dtype, operands) for x in function.results]


def _portable(*operands: Any, function: LaneFunction, rank: int) -> Sequence[Any]:
    """The function under nested `vmap`; what is shared along an axis stays shared."""
    extents = batch_shape(operands, rank)
    call = function.call
    for axis in reversed(range(rank)):
        shared = [operand.shape[axis] != extents[axis] for operand in operands]
        call = jax.vmap(call, [None if same else 0 for same in shared])
    return tuple(call(*(_without_shared_axes(x, extents) for x in operands)))


def _without_shared_axes(operand: Any, extents: tuple[int, ...]) -> Any:
    rank = len(extents)
    pairs = zip(operand.shape[:rank], extents, strict=True)
    kept = [extent for extent, whole in pairs if extent == whole]
    return operand.reshape(*kept, *operand.shape[rank:])


def _in_lanes(*operands: Any, function: LaneFunction, rank: int) -> Sequence[Any]:
    """One call into compiled code, with the batch flattened to one axis."""
    batch = batch_shape(operands, rank)
    uniform = _shared(operands, function, rank, prod(batch))
    kernel = function.kernel(uniform) if prod(batch) and function.results else None
    if kernel is None:
        return _portable(*operands, function=function, rank=rank)
    rows = _rows(operands, batch, uniform)
    types = [array_type((prod(batch), prod(x.shape)), x.dtype) for x in function.results]
    return _shaped(jax.ffi.ffi_call(kernel, types)(*rows), batch, function)


def _in_threads(*operands: Any, function: LaneFunction, rank: int) -> Sequence[Any]:
    """One kernel for the batch flattened to one axis."""
    from scenert.lanes import gpu  # noqa: PLC0415  where there is one: Pallas takes time to load

    batch = batch_shape(operands, rank)
    if not prod(batch) or not function.results:
        return _portable(*operands, function=function, rank=rank)
    uniform = _shared(operands, function, rank, prod(batch))
    rows = _rows(operands, batch, uniform)
    results = gpu.run(scalarize(function.jaxpr(), uniform), rows, prod(batch))
    return _shaped(results, batch, function)


def _shared(
    operands: Sequence[Any], function: LaneFunction, rank: int, count: int
) -> tuple[bool, ...]:
    """Which operands all lanes share; a single robot uses the kernel that batches use."""
    if count == 1:
        return function.uniform
    return tuple(prod(operand.shape[:rank]) == 1 for operand in operands)


def _rows(operands: Sequence[Any], batch: tuple[int, ...], uniform: Sequence[bool]) -> list[Any]:
    """The operands with the batch flattened to one axis."""
    return [_flat(x, batch, same) for x, same in zip(operands, uniform, strict=True)]


def _shaped(results: Sequence[Any], batch: tuple[int, ...], function: LaneFunction) -> list[Any]:
    """Results of flat batches in the shapes that the function gives."""
    shapes = [(*batch, *x.shape) for x in function.results]
    return [result.reshape(shape) for result, shape in zip(results, shapes, strict=True)]


def _flat(operand: Any, batch: tuple[int, ...], shared: bool) -> Any:
    """The operand as (lanes, scalars), or (scalars,) where all lanes share it."""
    if shared:
        return operand.reshape(-1)
    element = operand.shape[len(batch) :]
    return jnp.broadcast_to(operand, (*batch, *element)).reshape(prod(batch), prod(element))


# Transformations


def _batched(
    primitive: Any, operands: Sequence[Any], axes: Sequence[Any], *, rank: int, **rest: Any
) -> tuple[Any, Any]:
    moved = [
        jnp.expand_dims(operand, 0) if axis is None else jnp.moveaxis(operand, axis, 0)
        for operand, axis in zip(operands, axes, strict=True)
    ]
    results = primitive.bind(*moved, rank=rank + 1, **rest)
    return results, [0] * len(results)


def _differentiated(
    function: LaneFunction, rank: int, primals: Sequence[Any], tangents: Sequence[Any]
) -> list[Any]:
    """Tangents of the results; symbolic zeros for results without derivatives."""
    moving = tuple(
        not isinstance(tangent, ad.Zero) and jnp.issubdtype(x.dtype, jnp.floating)
        for tangent, x in zip(tangents, function.arguments, strict=True)
    )
    directions = [x for x, moves in zip(tangents, moving, strict=True) if moves]
    tangent = function.tangent(moving)
    derivatives = iter(lane_linear.bind(*primals, *directions, tangent=tangent, rank=rank))
    types = _types(*map(jax.typeof, primals), function=function, rank=rank)
    return [
        next(derivatives) if exists else ad.Zero(type_.to_tangent_aval())  # type: ignore[no-untyped-call]
        for type_, exists in zip(types, function.differentiable, strict=True)
    ]


def _call_jvp(
    primals: Sequence[Any], tangents: Sequence[Any], *, function: LaneFunction, rank: int
) -> tuple[Any, Any]:
    results = lane_call.bind(*primals, function=function, rank=rank)
    return results, _differentiated(function, rank, primals, tangents)


def _linear_jvp(
    primals: Sequence[Any], tangents: Sequence[Any], *, tangent: Tangent, rank: int
) -> tuple[Any, Any]:
    results = lane_linear.bind(*primals, tangent=tangent, rank=rank)
    return results, _differentiated(tangent.function, rank, primals, tangents)


def _transposed(
    cotangents: Sequence[Any], *operands: Any, tangent: Tangent, rank: int
) -> list[Any]:
    """Pull the cotangents back to the tangents; what a batch shares gets the batch's sum."""
    count = len(tangent.moving)
    given = tuple(not isinstance(cotangent, ad.Zero) for cotangent in cotangents)
    nothing: list[Any] = [None] * len(operands)
    if not any(given):
        return nothing
    present = [x for x, is_given in zip(cotangents, given, strict=True) if is_given]
    pullback = tangent.primal.cotangent(tangent.moving, given)
    pulled = lane_call.bind(*operands[:count], *present, function=pullback, rank=rank)
    targets = [operand.aval.shape for operand in operands[count:]]
    sums = [_summed(x, shape, rank) for x, shape in zip(pulled, targets, strict=True)]
    return nothing[:count] + sums


def _summed(cotangent: Any, shape: tuple[int, ...], rank: int) -> Any:
    axes = [axis for axis in range(rank) if shape[axis] != cotangent.shape[axis]]
    return jnp.sum(cotangent, axes, keepdims=True) if axes else cotangent


# Registration


@cache
def _jitted(primitive: Any, parameters: tuple[tuple[str, Any], ...]) -> Any:
    return jax.jit(partial(primitive.bind, **dict(parameters)))


def _register(primitive: Any, jvp: Any, function_of: Callable[[Any], LaneFunction]) -> None:
    """Teach JAX everything about one of the primitives; `function_of` finds what it computes."""

    def unwrapped(rule: Callable[..., Any]) -> Callable[..., Any]:
        def run(*operands: Any, rank: int, **parameters: Any) -> Any:
            (what,) = parameters.values()
            return rule(*operands, function=function_of(what), rank=rank)

        return run

    def evaluate(*operands: Any, **parameters: Any) -> Any:
        return _jitted(primitive, tuple(sorted(parameters.items())))(*operands)

    primitive.def_impl(evaluate)
    primitive.def_abstract_eval(unwrapped(_types))
    batching.primitive_batchers[primitive] = partial(_batched, primitive)
    ad.primitive_jvps[primitive] = jvp
    portable = mlir.lower_fun(unwrapped(_portable), multiple_results=True)
    mlir.register_lowering(primitive, portable)
    in_lanes = mlir.lower_fun(unwrapped(_in_lanes), multiple_results=True)
    mlir.register_lowering(primitive, in_lanes, platform="cpu")
    in_threads = mlir.lower_fun(unwrapped(_in_threads), multiple_results=True)

    def attempt(context: Any, *operands: Any, **parameters: Any) -> Any:
        try:
            with warnings.catch_warnings():  # JAX 0.11 deprecates Triton, which gives us threads
                warnings.filterwarnings("ignore", "The Pallas Triton backend", DeprecationWarning)
                return in_threads(context, *operands, **parameters)
        except (LaneError, ImportError, NotImplementedError, RuntimeError) as fault:
            (what,) = (value for name, value in parameters.items() if name != "rank")
            function_of(what).fall_back(fault)
            return portable(context, *operands, **parameters)

    mlir.register_lowering(primitive, attempt, platform="cuda")


_register(lane_call, _call_jvp, lambda function: function)
_register(lane_linear, _linear_jvp, lambda tangent: tangent.function)
ad.primitive_transposes[lane_linear] = _transposed

"""Arithmetic, comparisons and logic, element by element."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from typing import Any

import numpy as np

from scenert.lanes.arrays import Array, scalars
from scenert.lanes.builder import Builder
from scenert.lanes.errors import LaneError
from scenert.lanes.program import BOOLEAN, FLOATS, SIGNED, type_of
from scenert.lanes.registry import elementwise

_SAME_TYPE = {
    "add": "add",
    "add_any": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "rem": "rem",
    "neg": "neg",
    "abs": "abs",
    "sign": "sign",
    "max": "max",
    "min": "min",
    "floor": "floor",
    "ceil": "ceil",
    "sqrt": "sqrt",
    "rsqrt": "rsqrt",
    "cbrt": "cbrt",
    "exp": "exp",
    "exp2": "exp2",
    "log": "log",
    "log1p": "log1p",
    "expm1": "expm1",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "asin",
    "acos": "acos",
    "atan": "atan",
    "atan2": "atan2",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "asinh": "asinh",
    "acosh": "acosh",
    "atanh": "atanh",
    "erf": "erf",
    "erfc": "erfc",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "not": "not",
    "shift_left": "shift_left",
    "shift_right_logical": "shift_right_logical",
    "shift_right_arithmetic": "shift_right_arithmetic",
    "clz": "clz",
    "population_count": "population_count",
}
_COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")


def each(function: Callable[..., int], *operands: Array) -> np.ndarray:
    """The function on every element; operands are broadcast against each other."""
    arrays = np.broadcast_arrays(*(scalars(operand) for operand in operands))
    columns = [array.ravel().tolist() for array in arrays]
    return np.array([function(*row) for row in zip(*columns, strict=True)], np.int64).reshape(
        arrays[0].shape
    )


def result_type(equation: Any) -> str:
    """The scalar type of an equation's only result."""
    return type_of(equation.outvars[0].aval.dtype)


@elementwise(*_SAME_TYPE)
def _same_type(builder: Builder, equation: Any, *operands: Array) -> Sequence[Array]:
    op, type_ = _SAME_TYPE[equation.primitive.name], result_type(equation)
    return [each(lambda *row: builder.emit(op, type_, *row), *operands)]


@elementwise(*_COMPARISONS, "is_finite")
def _truth(builder: Builder, equation: Any, *operands: Array) -> Sequence[Array]:
    op = equation.primitive.name
    return [each(lambda *row: builder.emit(op, BOOLEAN, *row), *operands)]


@elementwise("square")
def _square(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    return [each(lambda value: builder.emit("mul", type_, value, value), x)]


@elementwise("one_minus_square")
def _one_minus_square(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    one = builder.constant(type_, 1)

    def rest(value: int) -> int:
        return builder.emit("sub", type_, one, builder.emit("mul", type_, value, value))

    return [each(rest, x)]


@elementwise("log2")
def _log2(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    scale = builder.constant(type_, 1 / log(2))
    return [
        each(lambda value: builder.emit("mul", type_, builder.emit("log", type_, value), scale), x)
    ]


@elementwise("logistic")
def _logistic(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    one = builder.constant(type_, 1)

    def logistic(value: int) -> int:
        decay = builder.emit("exp", type_, builder.emit("neg", type_, value))
        return builder.emit("div", type_, one, builder.emit("add", type_, one, decay))

    return [each(logistic, x)]


@elementwise("round")
def _round(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    op = "round_even" if int(equation.params["rounding_method"]) == 1 else "round_away"
    type_ = result_type(equation)
    return [each(lambda value: builder.emit(op, type_, value), x)]


@elementwise("integer_pow")
def _integer_pow(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    exponent, type_ = equation.params["y"], result_type(equation)
    return [each(lambda value: power(builder, type_, value, exponent), x)]


def power(builder: Builder, type_: str, value: int, exponent: int) -> int:
    """The value to a constant integer exponent, by repeated squaring."""
    result, factor, remaining = builder.constant(type_, 1), value, abs(exponent)
    while remaining:
        if remaining & 1:
            result = builder.emit("mul", type_, result, factor)
        remaining >>= 1
        if remaining:
            factor = builder.emit("mul", type_, factor, factor)
    if exponent < 0:
        return builder.emit("div", type_, builder.constant(type_, 1), result)
    return result


@elementwise("pow")
def _pow(builder: Builder, equation: Any, x: Array, y: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    if type_ not in FLOATS:
        raise LaneError("integers to an integer power known at run time only")
    return [each(lambda a, b: builder.emit("pow", type_, a, builder.convert(b, type_)), x, y)]


@elementwise("select_n")
def _select(builder: Builder, equation: Any, which: Array, *cases: Array) -> Sequence[Array]:
    type_ = result_type(equation)

    def choose(condition: int, *values: int) -> int:
        if builder.program.types[condition] == BOOLEAN:
            refused, accepted = values
            return builder.emit("select", type_, condition, accepted, refused)
        chosen = values[-1]
        for place in reversed(range(len(values) - 1)):
            bound = builder.constant(builder.program.types[condition], place)
            earlier = builder.compare("le", condition, bound)
            chosen = builder.emit("select", type_, earlier, values[place], chosen)
        return chosen

    return [each(choose, which, *cases)]


@elementwise("clamp")
def _clamp(builder: Builder, equation: Any, low: Array, x: Array, high: Array) -> Sequence[Array]:
    type_ = result_type(equation)

    def clamp(bottom: int, value: int, top: int) -> int:
        return builder.emit("min", type_, builder.emit("max", type_, value, bottom), top)

    return [each(clamp, low, x, high)]


@elementwise("convert_element_type", "reduce_precision")
def _convert(builder: Builder, equation: Any, x: Array, *_: Array) -> Sequence[Array]:
    if equation.primitive.name == "reduce_precision":
        _require_full_precision(equation)
    type_ = result_type(equation)
    return [each(lambda value: builder.convert(value, type_), x)]


def _require_full_precision(equation: Any) -> None:
    limits = np.finfo(equation.outvars[0].aval.dtype)
    if (equation.params["exponent_bits"], equation.params["mantissa_bits"]) != (
        limits.nexp,
        limits.nmant,
    ):
        raise LaneError("rounding to fewer bits than the type has")


@elementwise("bitcast_convert_type")
def _bitcast(builder: Builder, equation: Any, x: Array) -> Sequence[Array]:
    source, target = equation.invars[0].aval.dtype, equation.outvars[0].aval.dtype
    if source.itemsize != target.itemsize or BOOLEAN in (type_of(source), type_of(target)):
        raise LaneError("bits can be reinterpreted only in a type of the same width")
    return [each(lambda value: builder.emit("bitcast", type_of(target), value), x)]


@elementwise("nextafter")
def _nextafter(builder: Builder, equation: Any, x: Array, y: Array) -> Sequence[Array]:
    type_ = result_type(equation)
    bits = SIGNED[2] if type_ == "f32" else SIGNED[3]
    return [each(lambda a, b: _neighbour(builder, type_, bits, a, b), x, y)]


def _neighbour(builder: Builder, type_: str, bits: str, x: int, y: int) -> int:
    """The number next to x towards y: one step of its bit pattern, away from or towards zero."""
    zero, one = builder.constant(type_, 0), builder.constant(bits, 1)
    pattern = builder.emit("bitcast", bits, x)
    grows = builder.emit("eq", BOOLEAN, builder.compare("lt", x, y), builder.compare("gt", x, zero))
    up = builder.emit("add", bits, pattern, one)
    down = builder.emit("sub", bits, pattern, one)
    stepped = builder.emit("bitcast", type_, builder.emit("select", bits, grows, up, down))
    tiny = builder.emit("bitcast", type_, one)
    signed_tiny = builder.emit(
        "select", type_, builder.compare("lt", y, zero), builder.emit("neg", type_, tiny), tiny
    )
    result = builder.emit("select", type_, builder.compare("eq", x, zero), signed_tiny, stepped)
    result = builder.emit("select", type_, builder.compare("eq", x, y), y, result)
    unordered = builder.emit(
        "or", BOOLEAN, builder.compare("ne", x, x), builder.compare("ne", y, y)
    )
    return builder.emit("select", type_, unordered, builder.constant(type_, float("nan")), result)

"""Each operation of the scalar program as LLVM instructions, on one scalar or on one per lane."""

from __future__ import annotations

from collections.abc import Sequence

from scenert.lanes.emitter import Emitter, Shape
from scenert.lanes.math import VectorMath
from scenert.lanes.program import BOOLEAN, DTYPES, FLOATS, SIGNED, UNSIGNED, Type
from scenert.lanes.target import Target

_FLOAT_OPS = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_INTEGER_OPS = {"add": "add", "sub": "sub", "mul": "mul", "and": "and", "or": "or", "xor": "xor"}
_ROUNDING = {
    "floor": "floor",
    "ceil": "ceil",
    "round_even": "rint",
    "round_away": "round",
    "sqrt": "sqrt",
}
_FLOAT_CONDITIONS = {"eq": "oeq", "ne": "une", "lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge"}
_SHIFTS = {
    "shift_left": "shl",
    "shift_right_logical": "lshr",
    "shift_right_arithmetic": "ashr",
}
_BIT_COUNTS = {"clz": ("ctlz", True), "population_count": ("ctpop", False)}


class Operations:
    """Writes operations on values of one scalar type, held in one shape.

    Sums and products may contract to a fused multiply-add; nothing else is relaxed, so infinities
    and NaNs behave as in JAX.
    """

    def __init__(self, emitter: Emitter, type_: Type, shape: Shape, target: Target) -> None:
        self.emitter = emitter
        self.type = type_
        self.shape = shape
        self.text = shape.type(type_)
        self.is_float = type_ in FLOATS
        self.math = VectorMath(emitter, type_, shape, target) if self.is_float else None

    def apply(self, op: str, operands: Sequence[str]) -> str:
        """The value of an operation whose operands have this type."""
        if self.is_float and op in _FLOAT_OPS:
            return self.emitter.put(f"{_FLOAT_OPS[op]} contract {self.text} {', '.join(operands)}")
        if not self.is_float and op in _INTEGER_OPS:
            return self._binary(_INTEGER_OPS[op], *operands)
        if op in _FLOAT_CONDITIONS:
            return self._compare(op, *operands)
        if op in _ROUNDING:
            return self._intrinsic(_ROUNDING[op], *operands)
        if op in _SHIFTS:
            return self._shift(op, *operands)
        if op in _BIT_COUNTS:
            return self._count_bits(op, *operands)
        own = getattr(self, f"_{op}", None)
        if own is not None:
            result: str = own(*operands)
            return result
        assert self.math is not None, op
        return self.math.apply(op, operands)

    def _binary(self, instruction: str, x: str, y: str) -> str:
        return self.emitter.put(f"{instruction} {self.text} {x}, {y}")

    def _constant(self, value: float) -> str:
        return self.shape.literal(self.type, value)

    def _intrinsic(self, name: str, *operands: str, extra: str = "") -> str:
        function = f"llvm.{name}.{self.shape.suffix(self.type)}"
        arguments = [(self.text, operand) for operand in operands]
        if extra:
            arguments.append(("i1", extra))
        return self.emitter.call(self.text, function, *arguments)

    def _test(self, comparison: str, x: str, y: str) -> str:
        return self.emitter.put(f"{comparison} {self.text} {x}, {y}")

    def _compare(self, op: str, x: str, y: str) -> str:
        if self.is_float:
            return self._test(f"fcmp {_FLOAT_CONDITIONS[op]}", x, y)
        if op in ("eq", "ne"):
            return self._test(f"icmp {op}", x, y)
        return self._test(f"icmp {'s' if self.type in SIGNED else 'u'}{op}", x, y)

    def choose(self, condition: str, accepted: str, refused: str) -> str:
        """One of two values of this type."""
        truth = self.shape.type(BOOLEAN)
        choice = f"{truth} {condition}, {self.text} {accepted}, {self.text} {refused}"
        return self.emitter.put(f"select {choice}")

    def _neg(self, x: str) -> str:
        if self.is_float:
            return self.emitter.put(f"fneg contract {self.text} {x}")
        return self._binary("sub", self._constant(0), x)

    def _not(self, x: str) -> str:
        return self._binary("xor", x, self._constant(self.type == BOOLEAN or -1))

    def _abs(self, x: str) -> str:
        if self.is_float:
            return self._intrinsic("fabs", x)
        return x if self.type in UNSIGNED else self._intrinsic("abs", x, extra="false")

    def _sign(self, x: str) -> str:
        zero, one = self._constant(0), self._constant(1)
        if self.is_float:
            signed = self._intrinsic("copysign", one, x)
            return self.choose(self._test("fcmp ueq", x, zero), x, signed)
        positive = self.choose(self._compare("gt", x, zero), one, zero)
        if self.type in UNSIGNED:
            return positive
        return self.choose(self._compare("lt", x, zero), self._constant(-1), positive)

    def _max(self, x: str, y: str) -> str:
        return self._extreme("gt", "max", x, y)

    def _min(self, x: str, y: str) -> str:
        return self._extreme("lt", "min", x, y)

    def _extreme(self, condition: str, name: str, x: str, y: str) -> str:
        """The larger or smaller; NaN if either is NaN."""
        if self.type == BOOLEAN:
            return self._binary("or" if name == "max" else "and", x, y)
        if not self.is_float:
            return self._intrinsic(("s" if self.type in SIGNED else "u") + name, x, y)
        if _is_constant(x):
            x, y = y, x
        if _is_constant(y):
            return self.choose(self._compare(condition, y, x), y, x)
        larger = self.choose(self._compare(condition, x, y), x, y)
        return self.choose(self._test("fcmp uno", x, x), x, larger)

    def _is_finite(self, x: str) -> str:
        infinity = self._constant(float("inf"))
        return self._test("fcmp olt", self._intrinsic("fabs", x), infinity)

    def _div(self, x: str, y: str) -> str:
        """Quotient of integers, towards zero; -1 for a division by zero."""
        safe, zero = self._safe_divisor(x, y)
        quotient = self._binary("sdiv" if self.type in SIGNED else "udiv", x, safe)
        if self.type in SIGNED:
            quotient = self.choose(self._overflow(x, y), x, quotient)
        return self.choose(zero, self._constant(-1), quotient)

    def _rem(self, x: str, y: str) -> str:
        """Remainder with the dividend's sign; the dividend itself for a division by zero."""
        if self.is_float:
            return self._binary("frem", x, y)
        safe, zero = self._safe_divisor(x, y)
        remainder = self._binary("srem" if self.type in SIGNED else "urem", x, safe)
        return self.choose(zero, x, remainder)

    def _safe_divisor(self, x: str, y: str) -> tuple[str, str]:
        """The divisor where the processor can divide by it, else 1; and whether it is zero."""
        zero = self._compare("eq", y, self._constant(0))
        safe = self.choose(zero, self._constant(1), y)
        if self.type in SIGNED:
            safe = self.choose(self._overflow(x, y), self._constant(1), safe)
        return safe, zero

    def _overflow(self, x: str, y: str) -> str:
        lowest = self._constant(int(-(2 ** (DTYPES[self.type].itemsize * 8 - 1))))
        truth = self.shape.type(BOOLEAN)
        both = self._compare("eq", x, lowest), self._compare("eq", y, self._constant(-1))
        return self.emitter.put(f"and {truth} {both[0]}, {both[1]}")

    def _shift(self, op: str, x: str, count: str) -> str:
        bits = DTYPES[self.type].itemsize * 8
        small = self.emitter.put(f"icmp ult {self.text} {count}, {self._constant(bits)}")
        last = self._constant(bits - 1)
        shifted = self._binary(_SHIFTS[op], x, self.choose(small, count, last))
        if op == "shift_right_arithmetic":
            return shifted
        return self.choose(small, shifted, self._constant(0))

    def _count_bits(self, op: str, x: str) -> str:
        name, needs_flag = _BIT_COUNTS[op]
        return self._intrinsic(name, x, extra="false" if needs_flag else "")

    def convert(self, x: str, source: Type) -> str:
        """A value of another type as one of this type."""
        held = self.shape.type(source)
        if self.type == BOOLEAN:
            zero = self.shape.literal(source, 0)
            compare = "fcmp une" if source in FLOATS else "icmp ne"
            return self.emitter.put(f"{compare} {held} {x}, {zero}")
        if source in FLOATS and not self.is_float:
            signed = "s" if self.type in SIGNED else "u"
            suffix = f"{self.shape.suffix(self.type)}.{self.shape.suffix(source)}"
            return self.emitter.call(self.text, f"llvm.fpto{signed}i.sat.{suffix}", (held, x))
        instruction = _conversion(source, self.type)
        return self.emitter.put(f"{instruction} {held} {x} to {self.text}")

    def reinterpret(self, x: str, source: Type) -> str:
        """The bits of a value of another type as one of this type."""
        return self.emitter.put(f"bitcast {self.shape.type(source)} {x} to {self.text}")


def _conversion(source: Type, target: Type) -> str:
    if source in FLOATS:
        return "fpext" if target == "f64" else "fptrunc"
    if target in FLOATS:
        return "sitofp" if source in SIGNED else "uitofp"
    wider = DTYPES[target].itemsize - DTYPES[source].itemsize
    if source == BOOLEAN or wider > 0:
        return "sext" if source in SIGNED else "zext"
    return "trunc" if wider < 0 else "bitcast"


def _is_constant(operand: str) -> bool:
    return not operand.startswith("%")

"""Elementary functions of vectors, accurate to a few units in the last place.

Arguments are reduced to a small interval, where a truncated power series is accurate: its
coefficients are the textbook's. Each function maps infinities, NaNs and arguments outside its
domain as the C library does. Where a lane's angle is too large for the reduction, and for rare
functions, every lane calls the C library.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, inf, nan, sqrt

from scenert.lanes.constants import HALF_PI, LN2, leading_parts
from scenert.lanes.emitter import Emitter, Shape
from scenert.lanes.formats import FORMATS
from scenert.lanes.library import call_each_lane
from scenert.lanes.program import Number, Type
from scenert.lanes.target import Target

_LIBRARY = frozenset({"sinh", "cosh", "asinh", "acosh", "atanh", "cbrt", "erf", "erfc", "pow"})


class VectorMath:
    """Elementary functions on values of one floating-point type, held in one shape."""

    def __init__(self, emitter: Emitter, type_: Type, shape: Shape, target: Target) -> None:
        self.emitter = emitter
        self.type = type_
        self.shape = shape
        self.target = target
        self.format = FORMATS[type_]
        self._text = shape.type(type_)
        self._integer = shape.type(self.format.integer)
        self._truth = shape.type("i1")

    def apply(self, op: str, operands: Sequence[str]) -> str:
        """The function called `op`."""
        if op in _LIBRARY:
            return self._library(op, *operands)
        result: str = getattr(self, op)(*operands)
        return result

    # Arithmetic

    def _constant(self, value: Number) -> str:
        return self.shape.literal(self.type, value)

    def _whole(self, value: int) -> str:
        return self.shape.literal(self.format.integer, value)

    def _binary(self, op: str, x: str, y: str) -> str:
        return self.emitter.put(f"{op} {self._text} {x}, {y}")

    def _add(self, x: str, y: str) -> str:
        return self._binary("fadd", x, y)

    def _sub(self, x: str, y: str) -> str:
        return self._binary("fsub", x, y)

    def _mul(self, x: str, y: str) -> str:
        return self._binary("fmul", x, y)

    def _div(self, x: str, y: str) -> str:
        return self._binary("fdiv", x, y)

    def _neg(self, x: str) -> str:
        return self.emitter.put(f"fneg {self._text} {x}")

    def _mul_add(self, x: str, y: str, z: str) -> str:
        """The sum x y + z, rounded once where the processor can."""
        if not self.target.fma:
            return self._add(self._mul(x, y), z)
        return self._intrinsic("fma", x, y, z)

    def _intrinsic(self, name: str, *operands: str) -> str:
        function = f"llvm.{name}.{self.shape.suffix(self.type)}"
        return self.emitter.call(self._text, function, *((self._text, x) for x in operands))

    def _compare(self, condition: str, x: str, y: str) -> str:
        return self.emitter.put(f"fcmp {condition} {self._text} {x}, {y}")

    def _select(self, condition: str, accepted: str, refused: str) -> str:
        text = self._text
        return self.emitter.put(
            f"select {self._truth} {condition}, {text} {accepted}, {text} {refused}"
        )

    def _at_most(self, x: str, bound: float) -> str:
        limit = self._constant(bound)
        return self._select(self._compare("ogt", x, limit), limit, x)

    def _at_least(self, x: str, bound: float) -> str:
        limit = self._constant(bound)
        return self._select(self._compare("olt", x, limit), limit, x)

    def _series(self, coefficients: Sequence[Fraction], x: str) -> str:
        """The polynomial with these coefficients, lowest first."""
        total = self._constant(float(coefficients[-1]))
        for coefficient in reversed(coefficients[:-1]):
            total = self._mul_add(total, x, self._constant(float(coefficient)))
        return total

    def _integers(self, op: str, x: str, y: str) -> str:
        return self.emitter.put(f"{op} {self._integer} {x}, {y}")

    def _bits(self, x: str) -> str:
        return self.emitter.put(f"bitcast {self._text} {x} to {self._integer}")

    def _from_bits(self, x: str) -> str:
        return self.emitter.put(f"bitcast {self._integer} {x} to {self._text}")

    def _to_integer(self, x: str) -> str:
        """A small whole number as an integer; anything for others."""
        suffix = f"{self.shape.suffix(self.format.integer)}.{self.shape.suffix(self.type)}"
        function = f"llvm.fptosi.sat.{suffix}"
        return self.emitter.call(self._integer, function, (self._text, x))

    def _power_of_two(self, exponent: str) -> str:
        """The power 2^exponent, for exponents of normal numbers."""
        biased = self._integers("add", exponent, self._whole(self.format.bias))
        return self._from_bits(self._integers("shl", biased, self._whole(self.format.mantissa)))

    def rsqrt(self, x: str) -> str:
        """1 / sqrt(x); from the processor's estimate y to 14 bits, where it has one for vectors.

        One step of Newton's method for 1/y² = x gives y (3 - x y²) / 2, whose error is 3/2 of the
        square of y's: less than rounding. At 0 and infinity it is no number; there y is exact.
        """
        if self.type != "f32" or self.shape.lanes != 16 or not self.target.has("avx512f"):
            return self._div(self._constant(1.0), self._intrinsic("sqrt", x))
        operands = [(self._text, x), (self._text, "zeroinitializer"), ("i16", "-1")]
        estimate = self.emitter.call(self._text, "llvm.x86.avx512.rsqrt14.ps.512", *operands)
        halved = self._mul(self._mul(x, self._constant(-0.5)), estimate)
        factor = self._mul_add(halved, estimate, self._constant(1.5))
        refined = self._mul(estimate, factor)
        return self._select(self._compare("ord", refined, refined), refined, estimate)

    # Exponentials and logarithms

    def _exp_parts(self, x: str) -> tuple[str, str]:
        """Both k and e^r - 1 with x = k ln 2 + r."""
        k = self._intrinsic("rint", self._mul(x, self._constant(float(1 / LN2))))
        r = x
        for part in leading_parts(LN2, self.format.mantissa - 11, 2):
            r = self._mul_add(k, self._constant(-part), r)
        return k, self._exp_series(r)

    def _exp_series(self, r: str) -> str:
        """The series e^r - 1 = r + r² (1/2! + r/3! + ...) for small r."""
        series = [Fraction(1, factorial(n)) for n in range(2, self.format.terms["exp"] + 1)]
        return self._mul_add(self._mul(r, r), self._series(series, r), r)

    def exp(self, x: str) -> str:
        """e^x = 2^k e^r; the power of two is applied in two halves, since it may overflow alone."""
        bounded = self._at_least(self._at_most(x, self.format.overflow), self.format.underflow)
        k, rest = self._exp_parts(bounded)
        return self._scaled(self._add(rest, self._constant(1.0)), k)

    def exp2(self, x: str) -> str:
        """2^x = 2^k e^(r ln 2)."""
        limit = float(self.format.bias + 2)
        bounded = self._at_least(self._at_most(x, limit), -limit - self.format.mantissa)
        k = self._intrinsic("rint", bounded)
        rest = self._exp_series(self._mul(self._sub(bounded, k), self._constant(float(LN2))))
        return self._scaled(self._add(rest, self._constant(1.0)), k)

    def _scaled(self, x: str, k: str) -> str:
        exponent = self._to_integer(k)
        half = self._integers("ashr", exponent, self._whole(1))
        rest = self._integers("sub", exponent, half)
        return self._mul(self._mul(x, self._power_of_two(half)), self._power_of_two(rest))

    def expm1(self, x: str) -> str:
        """e^x - 1 = 2 (t q + (t - 1/2)) with q = e^r - 1 and t = 2^(k-1), which cannot overflow."""
        k, rest = self._exp_parts(self._at_least(self._at_most(x, self.format.overflow), -50.0))
        exponent = self._integers("sub", self._to_integer(k), self._whole(1))
        scale = self._power_of_two(exponent)
        shifted = self._sub(scale, self._constant(0.5))
        result = self._mul(self._mul_add(scale, rest, shifted), self._constant(2.0))
        return self._select(self._compare("oeq", x, self._constant(0.0)), x, result)

    def log(self, x: str) -> str:
        """log x = e log 2 + log m with m = 1 + f within [sqrt 1/2, sqrt 2).

        log(1 + f) = f - f²/2 + s (f²/2 + R) with s = f / (2 + f) and R the rest of the series of
        2 artanh s = 2 s + s R.
        """
        exponent, fraction = self._split(x)
        s = self._div(fraction, self._add(fraction, self._constant(2.0)))
        square = self._mul(s, s)
        terms = range(1, self.format.terms["log"] + 1)
        series = self._series([Fraction(2, 2 * n + 1) for n in terms], square)
        half_square = self._mul(self._mul(fraction, fraction), self._constant(0.5))
        high, low = leading_parts(LN2, self.format.mantissa - 11, 2)
        inner = self._mul(s, self._mul_add(square, series, half_square))
        inner = self._mul_add(exponent, self._constant(low), inner)
        small = self._sub(fraction, self._sub(half_square, inner))
        result = self._mul_add(exponent, self._constant(high), small)
        return self._log_edges(x, result)

    def _split(self, x: str) -> tuple[str, str]:
        """Exponent and fraction of x = 2^exponent (1 + f), 1 + f within sqrt 1/2 and sqrt 2."""
        form, integers = self.format, self._integers
        smallest = self._constant(2.0 ** (1 - form.bias))
        tiny = self._compare("olt", x, smallest)
        shift = form.mantissa + 2
        lifted = self._select(tiny, self._mul(x, self._constant(2.0**shift)), x)
        correction = self._select(tiny, self._constant(float(shift)), self._constant(0.0))
        root_half = self._bits(self._constant(sqrt(0.5)))
        above = integers("sub", self._bits(lifted), root_half)
        exponent = integers("ashr", above, self._whole(form.mantissa))
        remainder = integers("and", above, self._whole((1 << form.mantissa) - 1))
        mantissa = self._from_bits(integers("add", remainder, root_half))
        count = self.emitter.put(f"sitofp {self._integer} {exponent} to {self._text}")
        return self._sub(count, correction), self._sub(mantissa, self._constant(1.0))

    def _log_edges(self, x: str, result: str) -> str:
        zero = self._constant(0.0)
        result = self._select(self._compare("oeq", x, self._constant(inf)), x, result)
        result = self._select(self._compare("oeq", x, zero), self._constant(-inf), result)
        return self._select(self._compare("oge", x, zero), result, self._constant(nan))

    def log1p(self, x: str) -> str:
        """log(1 + x): the logarithm of u, which is 1 + x rounded, and what the rounding lost."""
        one = self._constant(1.0)
        u = self._add(x, one)
        lost = self._div(self._sub(x, self._sub(u, one)), u)
        regular = self._compare("olt", self._intrinsic("fabs", lost), one)
        result = self._add(self.log(u), self._select(regular, lost, self._constant(0.0)))
        return self._select(self._compare("oeq", x, self._constant(0.0)), x, result)

    def tanh(self, x: str) -> str:
        """tanh |x| = t / (t + 2) with t = e^(2|x|) - 1."""
        size = self._at_most(self._intrinsic("fabs", x), 20.0)
        t = self.expm1(self._add(size, size))
        return self._intrinsic("copysign", self._div(t, self._add(t, self._constant(2.0))), x)

    # Angles

    def sin_cos(self, x: str) -> tuple[str, str]:
        """Sine and cosine: x = k pi/2 + r, the series in r, and k turns by a quarter."""
        k = self._intrinsic("rint", self._mul(x, self._constant(float(1 / HALF_PI))))
        r = x
        for part in self._half_pi_parts():
            r = self._mul_add(k, self._constant(-part), r)
        square = self._mul(r, r)
        sine, cosine = self._sin_series(r, square), self._cos_series(square)
        quarter = self._to_integer(k)
        odd = self._bit(quarter, 1)
        first = self._select(odd, cosine, sine)
        second = self._select(odd, sine, cosine)
        next_quarter = self._integers("add", quarter, self._whole(1))
        results = self._flipped(first, quarter), self._flipped(second, next_quarter)
        return self._beyond_reduction(x, results)

    def _half_pi_parts(self) -> list[float]:
        """pi/2 in parts; without fused multiply-add, k times a part must be exact."""
        bits = self.format.mantissa + 1
        size, count = (bits, 3) if self.target.fma else (bits // 2, 6)
        return leading_parts(HALF_PI, size, count)

    def _largest_angle(self) -> float:
        return self.format.largest_angle if self.target.fma else sqrt(self.format.largest_angle) * 8

    def _sin_series(self, r: str, square: str) -> str:
        terms = range(1, self.format.terms["sin"] + 1)
        series = [Fraction((-1) ** n, factorial(2 * n + 1)) for n in terms]
        return self._mul_add(self._mul(r, square), self._series(series, square), r)

    def _cos_series(self, square: str) -> str:
        terms = range(1, self.format.terms["cos"] + 1)
        series = [Fraction((-1) ** n, factorial(2 * n)) for n in terms]
        return self._mul_add(square, self._series(series, square), self._constant(1.0))

    def _bit(self, x: str, mask: int) -> str:
        masked = self._integers("and", x, self._whole(mask))
        return self.emitter.put(f"icmp ne {self._integer} {masked}, {self._whole(0)}")

    def _flipped(self, x: str, quarter: str) -> str:
        return self._select(self._bit(quarter, 2), self._neg(x), x)

    def _beyond_reduction(self, x: str, results: tuple[str, str]) -> tuple[str, str]:
        """The results, with lanes of huge or infinite angles corrected, if there are any."""
        emitter = self.emitter
        limit = self._constant(self._largest_angle())
        huge = self._compare("ogt", self._intrinsic("fabs", x), limit)
        before, cold, after = emitter.block, emitter.name("huge"), emitter.name("angle")
        emitter.do(f"br i1 {self._any(huge)}, label %{cold}, label %{after}, !prof !0")
        emitter.label(cold)
        corrected = [
            self._select(huge, self._library(name, x), result)
            for name, result in zip(("sin", "cos"), results, strict=True)
        ]
        emitter.do(f"br label %{after}")
        emitter.label(after)
        first, second = (
            emitter.put(f"phi {self._text} [{fast}, %{before}], [{slow}, %{cold}]")
            for fast, slow in zip(results, corrected, strict=True)
        )
        return first, second

    def _any(self, truth: str) -> str:
        if not self.shape.lanes:
            return truth
        function = f"llvm.vector.reduce.or.{self.shape.suffix('i1')}"
        return self.emitter.call("i1", function, (self._truth, truth))

    def tan(self, x: str) -> str:
        """tan x = sin x / cos x."""
        sine, cosine = self.sin_cos(x)
        return self._div(sine, cosine)

    def atan(self, x: str) -> str:
        """The angle whose tangent is x."""
        return self.atan2(x, self._constant(1.0))

    def asin(self, x: str) -> str:
        """The angle with sine x and cosine sqrt((1 - x) (1 + x))."""
        return self.atan2(x, self._other_leg(x))

    def acos(self, x: str) -> str:
        """The angle with cosine x and sine sqrt((1 - x) (1 + x))."""
        return self.atan2(self._other_leg(x), x)

    def _other_leg(self, x: str) -> str:
        one = self._constant(1.0)
        return self._intrinsic("sqrt", self._mul(self._sub(one, x), self._add(one, x)))

    def atan2(self, y: str, x: str) -> str:
        """The angle of the point (x, y): that of the shorter by the longer leg, then unfolded."""
        height, width = self._intrinsic("fabs", y), self._intrinsic("fabs", x)
        steep = self._compare("ogt", height, width)
        short, long = self._select(steep, width, height), self._select(steep, height, width)
        ratio = self._ratio(short, long)
        angle = self._first_octant(ratio)
        angle = self._select(steep, self._complement(angle, HALF_PI), angle)
        sign = self.emitter.put(f"icmp slt {self._integer} {self._bits(x)}, {self._whole(0)}")
        angle = self._select(sign, self._complement(angle, 2 * HALF_PI), angle)
        angle = self._intrinsic("copysign", angle, y)
        return self._select(self._compare("uno", x, y), self._constant(nan), angle)

    def _ratio(self, short: str, long: str) -> str:
        ratio = self._div(short, long)
        both = self._compare("oeq", short, self._constant(inf))
        ratio = self._select(both, self._constant(1.0), ratio)
        nothing = self._compare("oeq", long, self._constant(0.0))
        return self._select(nothing, self._constant(0.0), ratio)

    def _first_octant(self, a: str) -> str:
        """atan a for 0 <= a <= 1; above tan(pi/8) it is pi/4 + atan((a - 1) / (a + 1))."""
        one = self._constant(1.0)
        upper = self._compare("ogt", a, self._constant(sqrt(2) - 1))
        turned = self._div(self._sub(a, one), self._add(a, one))
        u = self._select(upper, turned, a)
        square = self._mul(u, u)
        terms = range(1, self.format.terms["atan"] + 1)
        series = self._series([Fraction((-1) ** n, 2 * n + 1) for n in terms], square)
        angle = self._mul_add(self._mul(u, square), series, u)
        high, low = leading_parts(HALF_PI / 2, self.format.mantissa + 1, 2)
        shifted = self._add(self._add(angle, self._constant(low)), self._constant(high))
        return self._select(upper, shifted, angle)

    def _complement(self, angle: str, total: Fraction) -> str:
        high, low = leading_parts(total, self.format.mantissa + 1, 2)
        return self._sub(self._constant(high), self._sub(angle, self._constant(low)))

    def _library(self, name: str, *operands: str) -> str:
        return call_each_lane(self.emitter, name, self.type, self.shape, operands)

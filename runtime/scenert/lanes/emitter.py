"""Text of LLVM instructions, with names made up as needed."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from scenert.lanes.program import BOOLEAN, DTYPES, FLOATS, Number, Type

LLVM_TYPES: dict[Type, str] = {
    "f32": "float",
    "f64": "double",
    "i1": "i1",
    **{f"{kind}{bits}": f"i{bits}" for kind in "iu" for bits in (8, 16, 32, 64)},
}


@dataclass(frozen=True)
class Shape:
    """How a value is held: one scalar (`lanes` 0) or one scalar per lane."""

    lanes: int

    def type(self, scalar: Type) -> str:
        """LLVM's type for values of a scalar type."""
        name = LLVM_TYPES[scalar]
        return f"<{self.lanes} x {name}>" if self.lanes else name

    def suffix(self, scalar: Type) -> str:
        """The mangled type at the end of an intrinsic's name."""
        bits = "1" if scalar == BOOLEAN else scalar[1:]
        letter = "f" if scalar in FLOATS else "i"
        return f"v{self.lanes}{letter}{bits}" if self.lanes else f"{letter}{bits}"

    def literal(self, scalar: Type, value: Number) -> str:
        """A constant."""
        text = literal(scalar, value)
        return f"splat ({LLVM_TYPES[scalar]} {text})" if self.lanes else text


def literal(scalar: Type, value: Number) -> str:
    """A scalar constant in LLVM's notation; floats by their bits, so that none is rounded."""
    if scalar in FLOATS:
        rounded = float(DTYPES[scalar].type(value))
        return f"0x{struct.unpack('<Q', struct.pack('<d', rounded))[0]:016X}"
    if scalar == BOOLEAN:
        return "true" if value else "false"
    return str(value)


class Emitter:
    """Collects the instructions of one function and the declarations they need."""

    def __init__(self, declarations: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.block = "entry"
        self.declarations = declarations
        self._names = 0

    def name(self, stem: str = "t") -> str:
        """A fresh name."""
        self._names += 1
        return f"{stem}{self._names}"

    def put(self, text: str) -> str:
        """An instruction with a result; returns the result's name."""
        self._names += 1
        result = f"%t{self._names}"
        self.lines.append(f"  {result} = {text}")
        return result

    def do(self, text: str) -> None:
        """An instruction without a result."""
        self.lines.append("  " + text)

    def label(self, block: str) -> None:
        """Start a basic block."""
        self.lines.append(f"{block}:")
        self.block = block

    def call(self, result: str, function: str, *arguments: tuple[str, str]) -> str:
        """Call a declared function on (type, value) pairs."""
        types = ", ".join(type_ for type_, _ in arguments)
        self.declarations.setdefault(function, f"declare {result} @{function}({types})")
        passed = ", ".join(f"{type_} {value}" for type_, value in arguments)
        return self.put(f"call {result} @{function}({passed})")

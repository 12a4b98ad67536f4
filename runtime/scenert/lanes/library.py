"""Functions of the C library, called for every lane in turn."""

from __future__ import annotations

from collections.abc import Sequence

from scenert.lanes.emitter import LLVM_TYPES, Emitter, Shape
from scenert.lanes.program import Type


def call_each_lane(
    emitter: Emitter, name: str, type_: Type, shape: Shape, operands: Sequence[str]
) -> str:
    """The C function on every lane, computed in double precision."""
    text = shape.type(type_)
    function = f"each_lane.{name}.{shape.suffix(type_)}"
    if function not in emitter.declarations:
        _declare(emitter.declarations, name, len(operands))
        emitter.declarations[function] = _definition(function, name, type_, shape, len(operands))
    return emitter.call(text, function, *((text, operand) for operand in operands))


def _declare(declarations: dict[str, str], name: str, count: int) -> None:
    parameters = ", ".join(["double"] * count)
    declarations.setdefault(name, f"declare double @{name}({parameters}) nounwind memory(none)")


def _definition(function: str, name: str, type_: Type, shape: Shape, count: int) -> str:
    """A function that loops over the lanes; it is rarely run, so callers have no copy."""
    scalar, text, lanes = LLVM_TYPES[type_], shape.type(type_), max(shape.lanes, 1)
    places = [f"%x{i}" for i in range(count)]
    parameters = ", ".join(f"{text} %a{i}" for i in range(count))
    lines = [f"define internal {text} @{function}({parameters}) noinline cold {{", "entry:"]
    for i, place in enumerate(places):
        lines += [f"  {place} = alloca {text}", f"  store {text} %a{i}, ptr {place}"]
    lines += ["  br label %lane", "lane:", "  %i = phi i64 [0, %entry], [%next, %lane]"]
    for i, place in enumerate(places):
        lines += [
            f"  %p{i} = getelementptr {scalar}, ptr {place}, i64 %i",
            f"  %s{i} = load {scalar}, ptr %p{i}",
            f"  %d{i} = {_widened(type_, f'%s{i}')}",
        ]
    arguments = ", ".join(f"double %d{i}" for i in range(count))
    lines += [
        f"  %r = call double @{name}({arguments})",
        f"  %s = {_narrowed(type_, '%r')}",
        f"  store {scalar} %s, ptr %p0",
        "  %next = add i64 %i, 1",
        f"  %more = icmp ult i64 %next, {lanes}",
        "  br i1 %more, label %lane, label %done",
        "done:",
        f"  %result = load {text}, ptr %x0",
        f"  ret {text} %result",
        "}",
    ]
    return "\n".join(lines)


def _widened(type_: Type, value: str) -> str:
    return f"fpext float {value} to double" if type_ == "f32" else _unchanged(value)


def _narrowed(type_: Type, value: str) -> str:
    return f"fptrunc double {value} to float" if type_ == "f32" else _unchanged(value)


def _unchanged(value: str) -> str:
    return f"bitcast double {value} to double"

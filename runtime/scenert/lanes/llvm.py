"""From a scalar program to LLVM functions, one robot per vector lane.

`prologue(arguments, shared)` computes what all lanes share and leaves in `shared` what the body
needs of it. `body(arguments, shared, work)` computes one group of lanes: it finds its arguments in
`work`, one vector per scalar, and leaves its results and everything it keeps in memory there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from scenert.lanes.emitter import LLVM_TYPES, Emitter, Shape, literal
from scenert.lanes.operations import Operations
from scenert.lanes.program import (
    BOOLEAN,
    DTYPES,
    INDEX,
    Buffer,
    Instruction,
    Loop,
    Program,
    Region,
    Type,
    uses,
    walk,
)
from scenert.lanes.target import Target

_ALIGNMENT = 64
_BLOCK = 100
"""Stores in a basic block; the code generator's time grows with their square."""
_SLOT = 8
"""Bytes for a value that the prologue leaves to the body."""


@dataclass(frozen=True)
class Layout:
    """Where things are: byte offsets in the workspace, and slots of shared values."""

    lanes: int
    offsets: dict[int, int]
    workspace: int
    slots: dict[int, int]

    @property
    def shared(self) -> int:
        """Bytes of the shared values."""
        return max(_SLOT * len(self.slots), _SLOT)


def lanes_for(program: Program, target: Target) -> int:
    """How many lanes a vector register has for the widest float of the program."""
    wide = "f64" in (program.types[value] for value in _float_values(program))
    return target.vector_bytes // (8 if wide else 4)


def _float_values(program: Program) -> Iterator[int]:
    for region in (program.prologue, program.body):
        for item in walk(region):
            if isinstance(item, Instruction) and item.result >= 0:
                yield item.result


def lay_out(program: Program, lanes: int) -> Layout:
    """Place the buffers in the workspace, and the values that cross from prologue to body."""
    offsets: dict[int, int] = {}
    size = 0
    for number, buffer in enumerate(program.buffers):
        if buffer.kind == "table" or (buffer.kind == "input" and buffer.uniform):
            continue
        offsets[number] = size
        size += _padded(_stride(buffer, lanes) * _rows(buffer, lanes))
    slots: dict[int, int] = {}
    for value in _crossing(program):
        slots.setdefault(value, _SLOT * len(slots))
    return Layout(lanes, offsets, max(size, _ALIGNMENT), slots)


def _rows(buffer: Buffer, lanes: int) -> int:
    """Scalars of a buffer; arguments and results are moved in squares of `lanes` by `lanes`."""
    if buffer.kind in ("input", "output"):
        return -(-buffer.size // lanes) * lanes
    return buffer.size


def _padded(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def _stride(buffer: Buffer, lanes: int) -> int:
    """Bytes from one scalar of a buffer to the next."""
    return DTYPES[buffer.type].itemsize * (1 if buffer.uniform else lanes)


def _crossing(program: Program) -> Iterator[int]:
    """Values of the prologue that the body uses."""
    for item in walk(program.body):
        for value in uses(item):
            if program.depths[value] == 0 and value not in program.constants:
                yield value


def functions(program: Program, layout: Layout, target: Target) -> str:
    """The text of both functions, with everything they refer to."""
    declarations: dict[str, str] = {}
    prologue = _Writer(program, layout, target, declarations, in_body=False)
    body = _Writer(program, layout, target, declarations, in_body=True)
    parts = [prologue.function(program.prologue), body.function(program.body)]
    parts += [*declarations.values(), *_tables(program), *_metadata(program)]
    return "\n\n".join(parts)


def _tables(program: Program) -> Iterator[str]:
    for number, buffer in enumerate(program.buffers):
        if buffer.kind == "table" and buffer.data is not None:
            yield _table(number, buffer, buffer.data)


def _table(number: int, buffer: Buffer, data: np.ndarray) -> str:
    element = _memory_type(buffer.type)
    scalar = "i8" if buffer.type == BOOLEAN else buffer.type
    numbers = data.astype(np.int8 if buffer.type == BOOLEAN else DTYPES[buffer.type]).tolist()
    values = ", ".join(f"{element} {literal(scalar, number)}" for number in numbers)
    return f"@table{number} = internal constant [{data.size} x {element}] [{values}], align 64"


def _memory_type(type_: Type) -> str:
    return "i8" if type_ == BOOLEAN else LLVM_TYPES[type_]


def _metadata(program: Program) -> Iterator[str]:
    """Branch weights for what hardly ever happens, and one alias class per buffer."""
    yield '!0 = !{!"branch_weights", i32 1, i32 1000000}'
    yield '!1 = !{!"lanes"}'
    for number, _ in enumerate(program.buffers):
        yield f'!{2 * number + 2} = !{{!"buffer{number}", !1, i64 0}}'
        yield f"!{2 * number + 3} = !{{!{2 * number + 2}, !{2 * number + 2}, i64 0}}"


class _Writer:
    """Writes one of the two functions."""

    def __init__(
        self,
        program: Program,
        layout: Layout,
        target: Target,
        declarations: dict[str, str],
        *,
        in_body: bool,
    ) -> None:
        self.program = program
        self.layout = layout
        self.in_body = in_body
        self.target = target
        self.emitter = Emitter(declarations)
        self.shapes = {True: Shape(0), False: Shape(layout.lanes)}
        self.names: dict[int, str] = {}
        self.spread: list[dict[int, str]] = [{}]
        self.angles: list[dict[int, tuple[str, str]]] = [{}]
        self.stores = 0
        self.tools: dict[tuple[Type, bool], Operations] = {}

    def function(self, region: Region) -> str:
        """The function that runs a region."""
        self.emitter.do("%never = icmp eq ptr %shared, null")
        self.region(region)
        parameters = "ptr noalias %arguments, ptr noalias %shared"
        parameters += ", ptr noalias %work" if self.in_body else ""
        if not self.in_body:
            self._leave_shared()
        name = "body" if self.in_body else "prologue"
        head = f"define internal void @{name}({parameters}) nounwind noinline {{\nentry:"
        tail = ["  ret void", "impossible:", "  unreachable", "}"]
        return "\n".join([head, *self.emitter.lines, *tail])

    def region(self, region: Region) -> None:
        """Write the instructions and loops of a region."""
        for item in region:
            if isinstance(item, Loop):
                self.loop(item)
            elif item.op == "store":
                self.store(item)
            elif item.op == "load":
                self.names[item.result] = self.load(item)
            else:
                self.names[item.result] = self.operation(item)

    def divide(self) -> None:
        """Begin a new basic block, which cannot be merged with the one before."""
        following = self.emitter.name("part")
        self.emitter.do(f"br i1 %never, label %impossible, label %{following}")
        self.emitter.label(following)

    # Operands

    def operand(self, value: int, *, uniform: bool) -> str:
        """A value's text, spread over the lanes where a vector is wanted."""
        program = self.program
        if value in program.constants:
            return self.shapes[uniform].literal(program.types[value], program.constants[value])
        if uniform or not program.uniform[value]:
            return self.scalar(value) if program.uniform[value] else self.names[value]
        for known in self.spread:
            if value in known:
                return known[value]
        self.spread[-1][value] = self._spread(program.types[value], self.scalar(value))
        return self.spread[-1][value]

    def scalar(self, value: int) -> str:
        """The text of a uniform value, fetched where the prologue left it."""
        if self.in_body and value in self.layout.slots:
            place = f"getelementptr i8, ptr %shared, i64 {self.layout.slots[value]}"
            address = self.emitter.put(place)
            text = LLVM_TYPES[self.program.types[value]]
            return self.emitter.put(f"load {text}, ptr {address}, !invariant.load !{{}}")
        return self.names[value]

    def _spread(self, type_: Type, scalar: str) -> str:
        text, lanes = self.shapes[False].type(type_), self.layout.lanes
        first = self.emitter.put(
            f"insertelement {text} poison, {LLVM_TYPES[type_]} {scalar}, i64 0"
        )
        mask = f"<{lanes} x i32> zeroinitializer"
        return self.emitter.put(f"shufflevector {text} {first}, {text} poison, {mask}")

    def _leave_shared(self) -> None:
        for value, offset in self.layout.slots.items():
            address = self.emitter.put(f"getelementptr i8, ptr %shared, i64 {offset}")
            text = LLVM_TYPES[self.program.types[value]]
            self.emitter.do(f"store {text} {self.names[value]}, ptr {address}")

    # Instructions

    def operation(self, item: Instruction) -> str:
        """The result of an operation."""
        uniform = self.program.uniform[item.result]
        source = self.program.types[item.operands[0]]
        operands = [self.operand(value, uniform=uniform) for value in item.operands]
        if item.op == "select":
            return self.operations(item.type, uniform).choose(*operands)
        if item.op == "convert":
            return self.operations(item.type, uniform).convert(operands[0], source)
        if item.op == "bitcast":
            return self.operations(item.type, uniform).reinterpret(operands[0], source)
        if item.op in ("sin", "cos"):
            return self.angle(item, operands[0], uniform)[item.op == "cos"]
        return self.operations(source, uniform).apply(item.op, operands)

    def operations(self, type_: Type, uniform: bool) -> Operations:
        """The writer for a type and a shape."""
        key = (type_, uniform)
        if key not in self.tools:
            shape = self.shapes[uniform]
            self.tools[key] = Operations(self.emitter, type_, shape, self.target)
        return self.tools[key]

    def angle(self, item: Instruction, operand: str, uniform: bool) -> tuple[str, str]:
        """Sine and cosine of an angle, computed together once."""
        angle = item.operands[0]
        for known in self.angles:
            if angle in known:
                return known[angle]
        tool = self.operations(item.type, uniform)
        assert tool.math is not None
        self.angles[-1][angle] = tool.math.sin_cos(operand)
        return self.angles[-1][angle]

    # Memory

    def load(self, item: Instruction) -> str:
        """A scalar of a buffer, in every lane."""
        assert item.detail is not None
        number, offset = item.detail
        buffer = self.program.buffers[number]
        address = self.address(number, offset, item.operands)
        shape = self.shapes[buffer.uniform]
        held = "i8" if buffer.type == BOOLEAN else buffer.type
        text = f"load {shape.type(held)}, ptr {address}, align {self.alignment(buffer)}"
        value = self.emitter.put(f"{text}, !tbaa !{2 * number + 3}")
        if buffer.type != BOOLEAN:
            return value
        zero = shape.literal("i8", 0)
        return self.emitter.put(f"icmp ne {shape.type('i8')} {value}, {zero}")

    def store(self, item: Instruction) -> None:
        """Store a scalar of every lane to a buffer."""
        assert item.detail is not None
        number, offset = item.detail
        buffer = self.program.buffers[number]
        shape = self.shapes[buffer.uniform]
        value = self.operand(item.operands[0], uniform=buffer.uniform)
        held = buffer.type
        if held == BOOLEAN:
            held = "i8"
            value = self.emitter.put(f"zext {shape.type('i1')} {value} to {shape.type('i8')}")
        address = self.address(number, offset, item.operands[1:])
        text = f"store {shape.type(held)} {value}, ptr {address}, align {self.alignment(buffer)}"
        self.emitter.do(f"{text}, !tbaa !{2 * number + 3}")
        self.stores += 1
        if self.stores % _BLOCK == 0:
            self.divide()

    def alignment(self, buffer: Buffer) -> int:
        """Bytes that every scalar of a buffer is aligned to."""
        return min(_ALIGNMENT, _stride(buffer, self.layout.lanes))

    def address(self, number: int, offset: int, index: tuple[int, ...]) -> str:
        """The address of a scalar of a buffer."""
        buffer = self.program.buffers[number]
        stride = _stride(buffer, self.layout.lanes)
        start, base = self._base(number, buffer)
        if index:
            place = self.operand(index[0], uniform=True)
            scaled = self.emitter.put(f"mul {LLVM_TYPES[INDEX]} {place}, {stride}")
            base = self.emitter.put(f"getelementptr i8, ptr {base}, i64 {scaled}")
        return self.emitter.put(f"getelementptr i8, ptr {base}, i64 {start + offset * stride}")

    def _base(self, number: int, buffer: Buffer) -> tuple[int, str]:
        if buffer.kind == "table":
            return 0, f"@table{number}"
        if number in self.layout.offsets:
            return self.layout.offsets[number], "%work"
        before = self.program.buffers[:number]
        place = sum(other.kind == "input" for other in before)
        pointer = self.emitter.put(f"getelementptr ptr, ptr %arguments, i64 {place}")
        return 0, self.emitter.put(f"load ptr, ptr {pointer}")

    # Loops

    def loop(self, loop: Loop) -> None:
        """A loop that runs its body at least once."""
        emitter = self.emitter
        head, after = emitter.name("loop"), emitter.name("after")
        starts = [self.carried(carry.inside, carry.initial) for carry in loop.carries]
        before = emitter.block
        emitter.do(f"br label %{head}")
        emitter.label(head)
        place = len(emitter.lines)
        counter = f"%{emitter.name('count')}"
        self.names[loop.counter] = counter
        for carry in loop.carries:
            self.names[carry.inside] = f"%{emitter.name('carried')}"
        self._open_scope()
        self.region(loop.body)
        ends = [self.carried(carry.inside, carry.following) for carry in loop.carries]
        following = emitter.put(f"add i64 {counter}, 1")
        more = emitter.put(f"icmp ult i64 {following}, {loop.trips}")
        emitter.do(f"br i1 {more}, label %{head}, label %{after}")
        phis = [f"  {counter} = phi i64 [0, %{before}], [{following}, %{emitter.block}]"]
        for carry, start, end in zip(loop.carries, starts, ends, strict=True):
            text = self.held(carry.inside)
            edges = f"[{start}, %{before}], [{end}, %{emitter.block}]"
            phis.append(f"  {self.names[carry.inside]} = phi {text} {edges}")
            self.names[carry.result] = end
        emitter.lines[place:place] = phis
        self._close_scope()
        emitter.label(after)

    def carried(self, inside: int, value: int) -> str:
        """A value in the shape in which the loop carries it."""
        return self.operand(value, uniform=self.program.uniform[inside])

    def held(self, value: int) -> str:
        """LLVM's type of a value."""
        return self.shapes[self.program.uniform[value]].type(self.program.types[value])

    def _open_scope(self) -> None:
        self.spread.append({})
        self.angles.append({})

    def _close_scope(self) -> None:
        self.spread.pop()
        self.angles.pop()

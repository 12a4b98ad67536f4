"""The handler that XLA calls: finds the arguments, and runs the lanes on every core.

The groups of lanes of a call are shared out through a counter that all threads draw from. The
calling thread draws too, and waits only for groups that a thread is already computing; a helper
that XLA's thread pool starts late finds the counter exhausted and leaves. So a call ends even if
no helper ever runs, and calls that run at once cannot wait for each other. The last thread to
leave frees the call's record.

Offsets into XLA's structures are those of version 0.3 of its foreign function interface
(xla/ffi/api/c_api.h).
"""

from __future__ import annotations

from collections.abc import Iterator

from scenert.lanes.interleave import is_narrow, pack_narrow, unpack_narrow
from scenert.lanes.llvm import Layout, functions
from scenert.lanes.program import DTYPES, Buffer, Instruction, Program, walk
from scenert.lanes.target import Target
from scenert.lanes.transpose import declarations, pack, unpack

HANDLER = "handler"
_RECORD = 64
"""Bytes before the pointers in a call's record."""
_POOL = 256
"""Workspaces kept for the next call."""

_RUNTIME = """\
declare ptr @aligned_alloc(i64, i64)
declare void @free(ptr)
declare i32 @sched_yield()
declare i64 @llvm.umin.i64(i64, i64)
@pool = internal global [{pool} x ptr] zeroinitializer, align 64

define internal ptr @acquire() nounwind noinline {{
entry:
  br label %look
look:
  %i = phi i64 [0, %entry], [%next, %empty]
  %slot = getelementptr ptr, ptr @pool, i64 %i
  %kept = atomicrmw xchg ptr %slot, ptr null acquire
  %found = icmp ne ptr %kept, null
  br i1 %found, label %take, label %empty
empty:
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {pool}
  br i1 %more, label %look, label %make
take:
  ret ptr %kept
make:
  %fresh = call ptr @aligned_alloc(i64 64, i64 {workspace})
  ret ptr %fresh
}}

define internal void @release(ptr %work) nounwind noinline {{
entry:
  br label %look
look:
  %i = phi i64 [0, %entry], [%next, %taken]
  %slot = getelementptr ptr, ptr @pool, i64 %i
  %pair = cmpxchg ptr %slot, ptr null, ptr %work release monotonic
  %kept = extractvalue {{ptr, i1}} %pair, 1
  br i1 %kept, label %done, label %taken
taken:
  %next = add i64 %i, 1
  %more = icmp ult i64 %next, {pool}
  br i1 %more, label %look, label %full
full:
  call void @free(ptr %work)
  br label %done
done:
  ret void
}}

define internal void @run(ptr %record) nounwind noinline {{
entry:
  %work = call ptr @acquire()
  %done = getelementptr i8, ptr %record, i64 8
  %groupsat = getelementptr i8, ptr %record, i64 24
  %groups = load i64, ptr %groupsat
  %lanesat = getelementptr i8, ptr %record, i64 32
  %lanes = load i64, ptr %lanesat
  %sharedat = getelementptr i8, ptr %record, i64 40
  %shared = load ptr, ptr %sharedat
  %pointers = getelementptr i8, ptr %record, i64 {record}
  br label %draw
draw:
  %group = atomicrmw add ptr %record, i64 1 monotonic
  %some = icmp ult i64 %group, %groups
  br i1 %some, label %compute, label %leave
compute:
  %first = mul i64 %group, {width}
  %left = sub i64 %lanes, %first
  %count = call i64 @llvm.umin.i64(i64 %left, i64 {width})
{packing}
  call void @body(ptr %pointers, ptr %shared, ptr %work)
{unpacking}
  %before = atomicrmw add ptr %done, i64 1 release
  br label %draw
leave:
  call void @release(ptr %work)
  ret void
}}

define internal void @leave(ptr %record) nounwind noinline {{
  %at = getelementptr i8, ptr %record, i64 16
  %before = atomicrmw sub ptr %at, i64 1 acq_rel
  %last = icmp eq i64 %before, 1
  br i1 %last, label %drop, label %end
drop:
  call void @free(ptr %record)
  br label %end
end:
  ret void
}}

define internal void @help(ptr %record) nounwind {{
  %modeat = getelementptr i8, ptr %record, i64 48
{enter_mode}
  call void @run(ptr %record)
{leave_mode}
  call void @leave(ptr %record)
  ret void
}}
"""

_HANDLER = """\
define ptr @handler(ptr %frame) nounwind {{
entry:
  %extensionat = getelementptr i8, ptr %frame, i64 8
  %extension = load ptr, ptr %extensionat
  %asked = icmp ne ptr %extension, null
  br i1 %asked, label %ask, label %call
ask:
  %kindat = getelementptr i8, ptr %extension, i64 8
  %kind = load i32, ptr %kindat
  %metadata = icmp eq i32 %kind, 1
  br i1 %metadata, label %answer, label %call
answer:
  %answerat = getelementptr i8, ptr %extension, i64 24
  %facts = load ptr, ptr %answerat
  %major = getelementptr i8, ptr %facts, i64 24
  store i32 0, ptr %major
  %minor = getelementptr i8, ptr %facts, i64 28
  store i32 3, ptr %minor
  %traits = getelementptr i8, ptr %facts, i64 32
  store i32 0, ptr %traits
  ret ptr null
call:
  %argumentsat = getelementptr i8, ptr %frame, i64 72
  %arguments = load ptr, ptr %argumentsat
  %resultsat = getelementptr i8, ptr %frame, i64 112
  %results = load ptr, ptr %resultsat
  %result = load ptr, ptr %results
  %extentsat = getelementptr i8, ptr %result, i64 40
  %extents = load ptr, ptr %extentsat
  %lanes = load i64, ptr %extents
  %record = call ptr @aligned_alloc(i64 64, i64 {size})
  store i64 0, ptr %record
  %done = getelementptr i8, ptr %record, i64 8
  store i64 0, ptr %done
  %users = getelementptr i8, ptr %record, i64 16
  store i64 1, ptr %users
  %rounded = add i64 %lanes, {last}
  %groups = udiv i64 %rounded, {width}
  %groupsat = getelementptr i8, ptr %record, i64 24
  store i64 %groups, ptr %groupsat
  %lanesat = getelementptr i8, ptr %record, i64 32
  store i64 %lanes, ptr %lanesat
  %shared = getelementptr i8, ptr %record, i64 {shared}
  %sharedat = getelementptr i8, ptr %record, i64 40
  store ptr %shared, ptr %sharedat
  %modeat = getelementptr i8, ptr %record, i64 48
{read_mode}
  %pointers = getelementptr i8, ptr %record, i64 {record}
{pointers}
  call void @prologue(ptr %pointers, ptr %shared)
  %many = icmp ugt i64 %groups, 1
  br i1 %many, label %share, label %work
share:
  %apiat = getelementptr i8, ptr %frame, i64 16
  %api = load ptr, ptr %apiat
  %contextat = getelementptr i8, ptr %frame, i64 24
  %context = load ptr, ptr %contextat
  call void @share(ptr %api, ptr %context, ptr %record, i64 %groups)
  br label %work
work:
  call void @run(ptr %record)
  br label %wait
wait:
  %spins = phi i64 [0, %work], [%spun, %again]
  %finished = load atomic i64, ptr %done acquire, align 8
  %complete = icmp eq i64 %finished, %groups
  br i1 %complete, label %end, label %spin
spin:
  %spun = add i64 %spins, 1
  %patient = icmp ult i64 %spun, 20000
  br i1 %patient, label %again, label %rest
rest:
  %ignored = call i32 @sched_yield()
  br label %again
again:
  br label %wait
end:
  call void @leave(ptr %record)
  ret ptr null
}}

define internal void @share(ptr %api, ptr %context, ptr %record, i64 %groups) nounwind noinline {{
entry:
  %threads = alloca i64
  store i64 1, ptr %threads
  %query = alloca [4 x i64]
  store i64 32, ptr %query
  %q1 = getelementptr i64, ptr %query, i64 1
  store i64 0, ptr %q1
  %q2 = getelementptr i64, ptr %query, i64 2
  store ptr %context, ptr %q2
  %q3 = getelementptr i64, ptr %query, i64 3
  store ptr %threads, ptr %q3
  %countat = getelementptr i8, ptr %api, i64 144
  %count = load ptr, ptr %countat
  %fault = call ptr %count(ptr %query)
  call void @forget(ptr %api, ptr %fault)
  %available = load i64, ptr %threads
  %most = call i64 @llvm.umin.i64(i64 %available, i64 %groups)
  %task = alloca [5 x i64]
  store i64 40, ptr %task
  %t1 = getelementptr i64, ptr %task, i64 1
  store i64 0, ptr %t1
  %t2 = getelementptr i64, ptr %task, i64 2
  store ptr %context, ptr %t2
  %t3 = getelementptr i64, ptr %task, i64 3
  store ptr @help, ptr %t3
  %t4 = getelementptr i64, ptr %task, i64 4
  store ptr %record, ptr %t4
  %scheduleat = getelementptr i8, ptr %api, i64 136
  %schedule = load ptr, ptr %scheduleat
  %users = getelementptr i8, ptr %record, i64 16
  br label %next
next:
  %helpers = phi i64 [1, %entry], [%more, %started]
  %wanted = icmp ult i64 %helpers, %most
  br i1 %wanted, label %start, label %end
start:
  %before = atomicrmw add ptr %users, i64 1 monotonic
  %refused = call ptr %schedule(ptr %task)
  %bad = icmp ne ptr %refused, null
  br i1 %bad, label %alone, label %started
started:
  %more = add i64 %helpers, 1
  br label %next
alone:
  call void @leave(ptr %record)
  call void @forget(ptr %api, ptr %refused)
  br label %end
end:
  ret void
}}

define internal void @forget(ptr %api, ptr %fault) nounwind noinline {{
entry:
  %some = icmp ne ptr %fault, null
  br i1 %some, label %destroy, label %end
destroy:
  %order = alloca [3 x i64]
  store i64 24, ptr %order
  %o1 = getelementptr i64, ptr %order, i64 1
  store i64 0, ptr %o1
  %o2 = getelementptr i64, ptr %order, i64 2
  store ptr %fault, ptr %o2
  %destroyat = getelementptr i8, ptr %api, i64 64
  %function = load ptr, ptr %destroyat
  call void %function(ptr %order)
  br label %end
end:
  ret void
}}
"""


def module(program: Program, layout: Layout, target: Target) -> str:
    """The text of a module whose `handler` XLA can call."""
    inputs, outputs = len(program.inputs()), len(program.outputs())
    pointers = _RECORD + 8 * (inputs + outputs)
    shared = -(-pointers // 64) * 64
    size = -(-(shared + layout.shared) // 64) * 64
    fields = {
        "pool": _POOL,
        "workspace": layout.workspace,
        "record": _RECORD,
        "width": layout.lanes,
        "last": layout.lanes - 1,
        "size": size,
        "shared": shared,
        "packing": "\n".join(_packing(program, layout)),
        "unpacking": "\n".join(_unpacking(program, layout)),
        "pointers": "\n".join(_pointers(inputs, outputs)),
        **_modes(target),
    }
    parts = [f'target triple = "{target.triple}"', functions(program, layout, target)]
    parts += [_RUNTIME.format(**fields), _HANDLER.format(**fields)]
    for bits in _widths(program):
        moves = (
            *declarations(bits, layout.lanes),
            pack(bits, layout.lanes),
            unpack(bits, layout.lanes),
        )
        parts += moves
    for buffers, move in ((program.inputs(), pack_narrow), (program.outputs(), unpack_narrow)):
        kinds = sorted({(_bits(buffer), buffer.size) for buffer in buffers if buffer.size})
        narrow = ((bits, n) for bits, n in kinds if is_narrow(n, layout.lanes))
        parts += [move(bits, layout.lanes, n) for bits, n in narrow]
    return "\n\n".join(parts) + "\n"


def _widths(program: Program) -> list[int]:
    return sorted({_bits(buffer) for buffer in (*program.inputs(), *program.outputs())})


def _bits(buffer: Buffer) -> int:
    return DTYPES[buffer.type].itemsize * 8


def _pointers(inputs: int, outputs: int) -> Iterator[str]:
    """Copies the addresses of arguments and results into the record."""
    for place in range(inputs + outputs):
        source, index = ("%arguments", place) if place < inputs else ("%results", place - inputs)
        yield f"  %b{place}at = getelementptr ptr, ptr {source}, i64 {index}"
        yield f"  %b{place} = load ptr, ptr %b{place}at"
        yield f"  %d{place}at = getelementptr i8, ptr %b{place}, i64 24"
        yield f"  %d{place} = load ptr, ptr %d{place}at"
        yield f"  %r{place}at = getelementptr ptr, ptr %pointers, i64 {place}"
        yield f"  store ptr %d{place}, ptr %r{place}at"


def _packing(program: Program, layout: Layout) -> Iterator[str]:
    read = {
        item.detail[0]
        for item in walk(program.body)
        if isinstance(item, Instruction) and item.op == "load" and item.detail
    }
    numbers = [n for n, buffer in enumerate(program.buffers) if buffer.kind == "input"]
    for place, number in enumerate(numbers):
        if number in read and not program.buffers[number].uniform:
            yield from _move("pack", program, layout, number, place)


def _unpacking(program: Program, layout: Layout) -> Iterator[str]:
    numbers = [n for n, buffer in enumerate(program.buffers) if buffer.kind == "output"]
    inputs = len(program.inputs())
    for place, number in enumerate(numbers):
        if program.buffers[number].size:
            yield from _move("unpack", program, layout, number, inputs + place)


def _move(what: str, program: Program, layout: Layout, number: int, place: int) -> Iterator[str]:
    buffer = program.buffers[number]
    bits = _bits(buffer)
    kind = f".{buffer.size}" if is_narrow(buffer.size, layout.lanes) else ""
    yield f"  %g{place}at = getelementptr ptr, ptr %pointers, i64 {place}"
    yield f"  %g{place} = load ptr, ptr %g{place}at"
    yield f"  %s{place} = mul i64 %first, {buffer.size * bits // 8}"
    yield f"  %a{place} = getelementptr i8, ptr %g{place}, i64 %s{place}"
    yield f"  %w{place} = getelementptr i8, ptr %work, i64 {layout.offsets[number]}"
    moved = f"ptr %a{place}, i64 {buffer.size}, i64 %count, ptr %w{place}"
    yield f"  call void @{what}{bits}{kind}({moved})"


def _modes(target: Target) -> dict[str, str]:
    """Code by which helpers compute in the caller's floating-point mode (rounding, denormals)."""
    if target.architecture not in ("x86_64", "amd64"):
        return {"read_mode": "", "enter_mode": "", "leave_mode": ""}
    return {
        "read_mode": "  call void @llvm.x86.sse.stmxcsr(ptr %modeat)",
        "enter_mode": (
            "  %own = alloca i32\n"
            "  call void @llvm.x86.sse.stmxcsr(ptr %own)\n"
            "  call void @llvm.x86.sse.ldmxcsr(ptr %modeat)"
        ),
        "leave_mode": "  call void @llvm.x86.sse.ldmxcsr(ptr %own)",
    }

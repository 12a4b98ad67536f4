"""Seconds on the wall and of the processor, and the machine they were measured on."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measured thing.

    case      what was simulated, such as the controller or the number of links
    what      forward, gradient, or another quantity
    values    figures by name; `us` and `cpu_us` are microseconds per step and robot
    """

    benchmark: str
    engine: str
    case: str
    what: str
    batch: int = 1
    values: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        """The row as JSON."""
        return json.dumps(asdict(self))


def per_step(run: Callable[[], Any], robot_steps: int, budget: float = 5.0) -> dict[str, float]:
    """Microseconds per step and robot of the best of several runs, in `budget` seconds or so."""
    run()
    best_wall = best_cpu = float("inf")
    end = time.perf_counter() + budget
    for _ in range(50):
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        best_wall = min(best_wall, time.perf_counter() - wall)
        best_cpu = min(best_cpu, time.process_time() - cpu)
        if time.perf_counter() > end:
            break
    return {"us": best_wall / robot_steps * 1e6, "cpu_us": best_cpu / robot_steps * 1e6}


def machine() -> dict[str, Any]:
    """What decides how fast things run here."""
    return {
        "processor": _processor(),
        "cores": cores(),
        "vectors": _vectors(),
        "load": round(os.getloadavg()[0], 2),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def cores() -> int:
    """How many cores this process may use."""
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1


def _processor() -> str:
    return _cpuinfo("model name") or platform.machine()


def _vectors() -> str:
    flags = _cpuinfo("flags").split()
    known = {"avx512f": "AVX-512", "avx2": "AVX2", "sse4_2": "SSE4.2"}
    return next((name for flag, name in known.items() if flag in flags), platform.machine())


def _cpuinfo(key: str) -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")

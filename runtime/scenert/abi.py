"""The contract between compiler and runtime: what a compiled scene says of itself.

A `.sim` file is a zip archive:

    manifest.json   this page's `Manifest`, as JSON
    step.py         the simulator's program for one robot, in readable JAX
    scene.yaml      the scene as it was written, includes merged

The compiler writes the manifest and the runtime reads it; both through this file, which therefore
imports nothing but the standard library.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

ABI_VERSION = 1

MANIFEST = "manifest.json"
PROGRAM = "step.py"
SCENE = "scene.yaml"


class ManifestError(ValueError):
    """A manifest that this version cannot read; the message says why and what to do."""


@dataclass(frozen=True)
class Field:
    """A named array: what it is, its shape and its unit."""

    name: str
    shape: tuple[int, ...]
    unit: str
    doc: str = ""

    @property
    def size(self) -> int:
        """Number of scalars in the array."""
        size = 1
        for extent in self.shape:
            size *= extent
        return size


@dataclass(frozen=True)
class Parameter(Field):
    """A differentiable number of the scene, with the value and the bounds its author gave (SI)."""

    value: tuple[float, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Body:
    """A rigid body and, where it moves freely, its place in the state.

    `root` is "free", "planar", "fixed" or, for a body carried by another one, "jointed"; `q` and
    `v` are the index ranges of a root's coordinates and velocities and empty for the others.
    """

    name: str
    root: str
    q: tuple[int, int] = (0, 0)
    v: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Joint:
    """A joint with its index ranges in the state; empty where the joint is kept by rows."""

    name: str
    kind: str
    parent: str
    child: str
    q: tuple[int, int] = (0, 0)
    v: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Actuator:
    """A servo, motor or force with its index range in the control vector."""

    name: str
    kind: str
    target: str
    control: tuple[int, int]
    unit: str


@dataclass(frozen=True)
class Sphere:
    """One sphere of a body's cluster, for those who draw it (authored values, body frame)."""

    body: str
    center: tuple[float, float, float]
    radius: float


@dataclass(frozen=True)
class Plane:
    """A fixed plane, for those who draw it: the points x with normal . x = offset."""

    name: str
    normal: tuple[float, float, float]
    offset: float


@dataclass(frozen=True)
class Manifest:
    """Everything a caller may ask of a compiled scene without running it."""

    name: str
    compiler: str
    timestep: float
    options: dict[str, str | float | int] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    state: tuple[Field, ...] = ()
    sensors: tuple[Field, ...] = ()
    bodies: tuple[Body, ...] = ()
    joints: tuple[Joint, ...] = ()
    actuators: tuple[Actuator, ...] = ()
    spheres: tuple[Sphere, ...] = ()
    planes: tuple[Plane, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    abi: int = ABI_VERSION

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain JSON data."""
        return asdict(self)

    @staticmethod
    def from_json(data: object) -> Manifest:
        """The manifest that `to_json` wrote; ManifestError where it is of another ABI or damaged."""
        if not isinstance(data, dict) or "abi" not in data:
            raise ManifestError("the manifest is damaged: it names no ABI version; build the scene again")
        if data["abi"] != ABI_VERSION:
            raise ManifestError(
                f"it was built for ABI version {data['abi']} and this runtime speaks {ABI_VERSION}; "
                "build the scene again with the scenec that belongs to this runtime"
            )
        try:
            return Manifest(**{key: _revive(key, value) for key, value in data.items()})
        except (TypeError, ValueError, KeyError) as fault:
            raise ManifestError(f"the manifest is damaged: {fault}; build the scene again") from fault


_RECORDS: dict[str, type] = {
    "parameters": Parameter,
    "state": Field,
    "sensors": Field,
    "bodies": Body,
    "joints": Joint,
    "actuators": Actuator,
    "spheres": Sphere,
    "planes": Plane,
}


def _revive(key: str, value: Any) -> Any:
    """JSON has lists where the records have tuples."""
    record = _RECORDS.get(key)
    if record is None:
        return value
    return tuple(
        record(**{name: tuple(v) if isinstance(v, list) else v for name, v in item.items()})
        for item in value
    )

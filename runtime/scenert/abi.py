"""The contract between compiler and runtime: what a compiled scene says of itself.

A `.sim` file is a zip archive:

    manifest.json   this page's `Manifest`, as JSON
    step.py         the simulator's program for one robot, in readable JAX
    scene.yaml      the scene as it was written, includes merged
    native/         optional: machine code of the program (`scenert.native`)

The compiler packs it and the runtime unpacks it; both through this file, which therefore imports
nothing but the standard library. The manifest names the SHA-256 of every other member.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, NamedTuple

ABI_VERSION = 2

MANIFEST = "manifest.json"
PROGRAM = "step.py"
SCENE = "scene.yaml"
NATIVE = "native/"


class ArtifactError(ValueError):
    """A compiled scene that cannot be read; the message says why and what to do."""


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
    `solid` is what the author took the inertia from: "box" (sized by its edges), "sphere" (by its
    radius), "cylinder" (by radius and height, along z) or "" where it was no solid.
    """

    name: str
    root: str
    q: tuple[int, int] = (0, 0)
    v: tuple[int, int] = (0, 0)
    solid: str = ""


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
    """One sphere of the cluster of the body called `body`."""

    body: str


@dataclass(frozen=True)
class Plane:
    """A fixed plane: the points x with normal . x = offset."""

    name: str


@dataclass(frozen=True)
class Pair:
    """Two things that may touch: a body by one of its spheres, and a body or a plane."""

    first: str
    second: str


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
    contacts: tuple[Pair, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    abi: int = ABI_VERSION

    def to_json(self) -> dict[str, Any]:
        """The manifest as plain JSON data."""
        return asdict(self)

    @staticmethod
    def from_json(data: object) -> Manifest:
        """The manifest that `to_json` wrote; ArtifactError where that is not what it is."""
        if not isinstance(data, dict) or "abi" not in data:
            raise ArtifactError(
                "the manifest is damaged: it names no ABI version; build the scene again"
            )
        if data["abi"] != ABI_VERSION:
            raise ArtifactError(
                f"it was built for ABI version {data['abi']}, this runtime speaks {ABI_VERSION}; "
                "build the scene again with the scenec that belongs to this runtime"
            )
        try:
            return Manifest(**{key: _revive(key, value) for key, value in data.items()})
        except (AttributeError, TypeError) as fault:
            raise _damaged(fault) from fault


_RECORDS: dict[str, type] = {
    "parameters": Parameter,
    "state": Field,
    "sensors": Field,
    "bodies": Body,
    "joints": Joint,
    "actuators": Actuator,
    "spheres": Sphere,
    "planes": Plane,
    "contacts": Pair,
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


# What `zipfile` raises for archives that are damaged or no archives.
_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    KeyError,
    OSError,
    RuntimeError,
    ValueError,
)


class Contents(NamedTuple):
    """What a `.sim` file holds, read and checked; `native` by the members' names in that folder."""

    manifest: Manifest
    program: str
    scene: str
    native: Mapping[str, bytes] = MappingProxyType({})


def pack(
    manifest: Manifest,
    program: str,
    scene: str,
    native: Mapping[str, bytes] = MappingProxyType({}),
) -> bytes:
    """A `.sim` file; the same contents always give the same bytes."""
    members = {PROGRAM: program.encode(), SCENE: scene.encode()}
    members |= {f"{NATIVE}{name}": native[name] for name in sorted(native)}
    hashes = {name: sha256(data).hexdigest() for name, data in members.items()}
    header = json.dumps(replace(manifest, hashes=hashes).to_json(), indent=1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: header.encode(), **members}.items():
            archive.writestr(_member(name), data)
    return buffer.getvalue()


def unpack(data: bytes) -> Contents:
    """The contents of a `.sim` file; ArtifactError where it is none, damaged, or of another ABI."""
    members = _read_members(data)
    if MANIFEST not in members:
        raise ArtifactError(f"no compiled scene: it holds no {MANIFEST}; build the scene again")
    manifest = Manifest.from_json(_parse(members.pop(MANIFEST)))
    _verify(manifest.hashes, members)
    program, scene = members.pop(PROGRAM).decode(), members.pop(SCENE).decode()
    native = {name.removeprefix(NATIVE): data for name, data in members.items()}
    return Contents(manifest, program, scene, native)


def _member(name: str) -> zipfile.ZipInfo:
    """A readable member without a time stamp, which would make equal contents differ."""
    info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _read_members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except _ZIP_FAULTS as fault:
        raise ArtifactError(f"no compiled scene, or a damaged one ({fault}); build it") from fault


def _parse(header: bytes) -> object:
    try:
        return json.loads(header)
    except ValueError as fault:
        raise _damaged(fault) from fault


def _damaged(fault: Exception) -> ArtifactError:
    return ArtifactError(f"the manifest is damaged: {fault}; build the scene again")


def _verify(hashes: dict[str, str], members: dict[str, bytes]) -> None:
    for name in (PROGRAM, SCENE, *hashes):
        if name not in members:
            raise ArtifactError(f"{name} is missing from it; build the scene again")
    for name, data in members.items():
        if sha256(data).hexdigest() != hashes.get(name):
            raise ArtifactError(
                f"{name} in it is not the one that was built; build the scene again "
                "(to change a simulator, change its scene)"
            )

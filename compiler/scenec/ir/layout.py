"""LayoutIR: the scene as flat arrays. What the emitted program runs over.

Links are what moves as one: bodies welded together are one link. Links lie in *segments*, groups of
w alike links (times L levels in a run), so that the program treats a group at once. Segments are in
the order of the tree: a segment's parent comes before it.

Every joint coordinate has a *host*: the segment whose links the joint carries, or the *closure*
that keeps the joint by rows. Hosts have n joints of k degrees of freedom; servos, limits and
passive forces act on members, flat indices into n x k.

Row groups are of one kind and one host (or one pair of segments, for contacts), and their blocks
are laid out color by color: blocks of one color touch no common tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scenec.ir.scalar import Scalar, Vector
from scenec.ir.scene import Parameter

Range = tuple[int, int]


@dataclass(frozen=True)
class Link:
    """What moves as one rigid piece; its frame is that of its first body.

    mass [kg], moment m c [kg m] and inertia about the frame's origin [kg m^2] (9, row by row).
    """

    bodies: tuple[str, ...]
    mass: Scalar
    moment: Vector
    inertia: Vector


@dataclass(frozen=True)
class Mount:
    """Where a body's frame sits on its link: the link's place, position [m], rotation matrix."""

    body: str
    segment: str
    index: int
    position: Vector
    rotation: Vector


@dataclass(frozen=True)
class JointTable:
    """Geometry of one joint, in the frames of its links, and where it starts.

    axes has 3 scalars per axis; rest is a matrix; start and speed are the initial coordinates
    (for a ball joint a rotation vector) and velocities.
    """

    name: str
    anchor: Vector
    child_anchor: Vector
    rest: Vector
    axes: Vector
    damping: Scalar
    armature: Scalar
    start: Vector
    speed: Vector


@dataclass(frozen=True)
class RootTable:
    """How a root starts: position [m], rotation matrix, linear [m/s], angular [rad/s]."""

    position: Vector
    rotation: Vector
    linear: Vector
    angular: Vector


@dataclass(frozen=True)
class Segment:
    """`levels` x `width` alike links, each with k = `freedom` degrees of freedom.

    kind is free, planar or fixed for roots and otherwise the joint's kind. `parents` are the places
    of the first level's parents in segment `parent`, or () for roots and joints on the world.
    `trees` gives every link's tree (-1: none of its tree moves) and `slots` the place of its first
    degree of freedom in that tree. Exactly one of `joints` and `roots` has an entry per link.
    """

    name: str
    kind: str
    levels: int
    width: int
    freedom: int
    parent: str | None
    parents: tuple[int, ...]
    links: tuple[Link, ...]
    joints: tuple[JointTable, ...]
    roots: tuple[RootTable, ...]
    q: Range
    v: Range
    trees: tuple[int, ...]
    slots: tuple[int, ...]

    @property
    def count(self) -> int:
        """Number of links."""
        return self.levels * self.width


@dataclass(frozen=True)
class Side:
    """Links on one side of a group of rows: places in `segment` and their trees.

    segment None is the world.
    """

    segment: str | None
    index: tuple[int, ...]
    trees: tuple[int, ...]


@dataclass(frozen=True)
class Closure:
    """Joints of one kind kept by rows, `rows` each, between the links of two sides."""

    name: str
    kind: str
    rows: int
    freedom: int
    joints: tuple[JointTable, ...]
    parent: Side
    child: Side
    same_tree: bool
    colors: tuple[int, ...]


@dataclass(frozen=True)
class Passive:
    """Armature and damping of joints kept by rows."""

    name: str
    host: str
    members: tuple[int, ...]
    damping: Vector
    armature: Vector
    colors: tuple[int, ...]


@dataclass(frozen=True)
class Servo:
    """Velocity motors: of position servos, with gain and perhaps max_speed, or of target speeds."""

    name: str
    host: str
    members: tuple[int, ...]
    control: tuple[int, ...]
    gain: Vector | None
    max_speed: Vector | None
    max_torque: Vector
    colors: tuple[int, ...]


@dataclass(frozen=True)
class Limit:
    """Joint limits, both ends of each in one row."""

    name: str
    host: str
    members: tuple[int, ...]
    lower: Vector
    upper: Vector
    colors: tuple[int, ...]


@dataclass(frozen=True)
class SphereTable:
    """Contact spheres by contact: the body they belong to, centre in the link frame, radius [m]."""

    bodies: tuple[str, ...]
    center: tuple[Vector, ...]
    radius: Vector


@dataclass(frozen=True)
class Contact:
    """Contacts between the spheres of two segments, or of one segment and planes (second None)."""

    name: str
    first: Side
    spheres: SphereTable
    second: Side | None
    other: SphereTable | None
    planes: tuple[str, ...]
    normals: tuple[Vector, ...]
    offsets: Vector
    friction: Vector
    restitution: Vector
    softness: Vector
    same_tree: bool
    colors: tuple[int, ...]


@dataclass(frozen=True)
class Motor:
    """Generalized forces on joints: control, clipped to ±max_torque where that is given."""

    host: str
    members: tuple[int, ...]
    control: tuple[int, ...]
    max_torque: Vector | None


@dataclass(frozen=True)
class Thruster:
    """World force or torque (kind) at the centre of mass of a body: three controls."""

    kind: str
    body: str
    control: Range


@dataclass(frozen=True)
class Actuator:
    """An authored actuator: its kind, what it acts on, its controls."""

    name: str
    kind: str
    target: str
    control: Range
    unit: str


@dataclass(frozen=True)
class Sensor:
    """An authored sensor with its shape, unit and, where it reports on the step, its record."""

    name: str
    kind: str
    shape: tuple[int, ...]
    unit: str
    body: str | None = None
    at: Vector | None = None
    to: Vector | str | None = None
    host: str | None = None
    members: tuple[int, ...] = ()
    actuator: str | None = None
    record: Range = (0, 0)


@dataclass(frozen=True)
class Plane:
    """A fixed plane."""

    name: str
    normal: Vector
    offset: Scalar


@dataclass(frozen=True)
class Options:
    """Numbers and choices of the step."""

    timestep: Scalar
    gravity: Vector
    stabilization: Scalar
    coordinates: str
    integrator: str
    solver: str
    iterations: int
    cone: str
    impacts: str  # continuous | stepped
    gradient: str  # exact | implicit | smoothed
    smoothing: Scalar


@dataclass(frozen=True)
class LayoutIR:
    """A whole scene, flat. `tile` is the number of degrees of freedom of the largest tree.

    In maximal coordinates `authored` is the reduced layout of the same scene: initial poses follow
    its joints.
    """

    name: str
    parameters: tuple[Parameter, ...]
    options: Options
    bodies: tuple[str, ...]
    mounts: tuple[Mount, ...]
    segments: tuple[Segment, ...]
    closures: tuple[Closure, ...]
    passives: tuple[Passive, ...]
    servos: tuple[Servo, ...]
    limits: tuple[Limit, ...]
    contacts: tuple[Contact, ...]
    motors: tuple[Motor, ...]
    thrusters: tuple[Thruster, ...]
    actuators: tuple[Actuator, ...]
    sensors: tuple[Sensor, ...]
    planes: tuple[Plane, ...]
    trees: int
    tile: int
    authored: LayoutIR | None = field(default=None, repr=False)

    @property
    def size_q(self) -> int:
        """Number of coordinates."""
        return self.segments[-1].q[1] if self.segments else 0

    @property
    def size_v(self) -> int:
        """Number of generalized velocities."""
        return self.segments[-1].v[1] if self.segments else 0

    @property
    def size_control(self) -> int:
        """Number of controls."""
        return self.actuators[-1].control[1] if self.actuators else 0

    @property
    def size_record(self) -> int:
        """Number of values that a step leaves for the sensors."""
        return max((sensor.record[1] for sensor in self.sensors), default=0)

    def segment(self, name: str) -> Segment:
        """The segment called `name`."""
        return next(s for s in self.segments if s.name == name)

    def rows(self) -> dict[str, int]:
        """Number of rows of each kind, in the order in which the solver visits them."""
        counts = {
            "joint": sum(c.rows * len(c.joints) for c in self.closures),
            "passive": sum(len(p.members) for p in self.passives),
            "servo": sum(len(s.members) for s in self.servos),
            "limit": sum(len(limit.members) for limit in self.limits),
            "contact": sum(3 * len(c.friction) for c in self.contacts),
        }
        return {kind: count for kind, count in counts.items() if count}

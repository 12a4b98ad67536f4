"""Emit what can be read off a state: poses, twists, energy and sensors."""

from __future__ import annotations

from scenec.emit.closures import COORDINATES
from scenec.emit.dynamics import armature, mass
from scenec.emit.kinematics import flat, part
from scenec.emit.tables import Tables, matrix
from scenec.emit.writer import Writer, pick
from scenec.ir.layout import LayoutIR, Sensor
from scenec.ir.scalar import Scalar


def write_readout(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The functions `frames`, `poses`, `twists`, `energy` and `sense`."""
    write_frames(writer, layout, tables)
    with writer.function("poses(params: Params, state: State) -> Poses", "Poses of all bodies."):
        _write_links(writer)
        writer.line("bodies = frames(m, links)")
        writer.line("return Poses(bodies.position, bodies.rotation)")
    with writer.function("twists(params: Params, state: State) -> Twists", "Twists of all bodies."):
        _write_links(writer)
        writer.line("bodies = frames(m, links)")
        writer.line("return Twists(bodies.angular, bodies.linear)")
    _write_energy(writer, layout, tables)
    _write_sense(writer, layout, tables)


def write_frames(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    """The function `frames`: the frames of all bodies, in the author's order."""
    prefix = tables.prefix
    links = f"{prefix.title().replace('_', '')}Links"
    signature = f"{prefix}frames(m: {tables.model}, links: {links}) -> sensing.Frames"
    with writer.function(signature, "The frames of all bodies, in the order of the scene."):
        levels = ", ".join(flat(f"links.{s.name}", s) for s in layout.segments)
        starts: dict[str, int] = {}
        total = 0
        for segment in layout.segments:
            starts[segment.name] = total
            total += segment.count
        place = tuple(starts[mount.segment] + mount.index for mount in layout.mounts)
        mount = tables.record(
            "mount",
            "sensing.Mount",
            {
                "position": tuple(mount.position for mount in layout.mounts),
                "rotation": tuple(matrix(mount.rotation) for mount in layout.mounts),
            },
            "where the bodies sit on their links",
        )
        writer.line(f"links_in_order = sensing.joined([{levels}])")
        writer.line(f"carriers = {pick('links_in_order', place, total)}")
        writer.line(f"return sensing.mounted(carriers, {mount})")


def _write_links(writer: Writer) -> None:
    writer.line("m = model(params, state.q.dtype)")
    writer.line("links = kinematics(m, state.q, state.v)")


def _write_energy(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    with writer.function("energy(params: Params, state: State) -> Energy", "Mechanical energy."):
        _write_links(writer)
        writer.line("kinetic, potential = jnp.zeros((), m.dt.dtype), jnp.zeros((), m.dt.dtype)")
        for segment in layout.segments:
            if not segment.freedom:
                continue
            body = mass(segment, tables)
            if segment.levels > 1:
                body = f"tree.flatten_run({body})"
            level = flat(f"links.{segment.name}", segment)
            writer.line(f"kinetic = kinetic + sensing.kinetic_energy({body}, {level})")
            writer.line(
                f"potential = potential + sensing.potential_energy({body}, {level}, m.gravity)"
            )
            if (own := armature(segment, tables)) is not None:
                speed = part("v", segment).replace("v[", "state.v[", 1)
                writer.line(f"kinetic = kinetic + 0.5 * jnp.sum({own} * {speed} ** 2)")
        writer.line("return Energy(kinetic, potential)")


def _write_sense(writer: Writer, layout: LayoutIR, tables: Tables) -> None:
    signature = "sense(params: Params, state: State, control: Array) -> dict[str, Array]"
    with writer.function(signature, "Readings of all sensors, by name."):
        if not layout.sensors:
            writer.line("return {}")
            return
        _write_sensed(writer, layout)
        writer.line("return {")
        reader = _Sensors(layout, tables)
        for sensor in layout.sensors:
            writer.line(f'    "{sensor.name}": {reader.text(sensor)},')
        writer.line("}")


def _write_sensed(writer: Writer, layout: LayoutIR) -> None:
    """Statements that find what the sensors read, where it is not in the state itself."""
    posed = any(s.body is not None and s.kind != "contact" for s in layout.sensors)
    kept = {c.name for c in layout.closures}
    closed = [s for s in layout.sensors if s.host in kept]
    if posed or closed:
        _write_links(writer)
    if posed:
        writer.line("bodies = frames(m, links)")
    if closed:
        writer.line("closures = closed(m, links, control)")
    for host in dict.fromkeys(s.host for s in closed if s.kind == "joint_speed"):
        _write_rates(writer, layout, str(host))


def _write_rates(writer: Writer, layout: LayoutIR, host: str) -> None:
    """Rates of the coordinates of a closure."""
    c = next(c for c in layout.closures if c.name == host)
    twists = []
    for side in (c.parent, c.child):
        if side.segment is None:
            twists.append(f"jnp.zeros(({len(side.index)}, 6), state.v.dtype)")
        else:
            level = flat(f"links.{side.segment}", layout.segment(side.segment))
            count = layout.segment(side.segment).count
            twists.append(f"rows.twist({pick(level, side.index, count)})")
    jacobian = f"closures.{host}_coordinate.jacobian"
    writer.line(f"{host}_rate = rows.velocity({jacobian}, {', '.join(twists)}).reshape(-1)")


class _Sensors:
    """Expressions that read sensors."""

    def __init__(self, layout: LayoutIR, tables: Tables) -> None:
        self.layout, self.tables = layout, tables
        self.order = {body: i for i, body in enumerate(layout.bodies)}

    def text(self, sensor: Sensor) -> str:
        """The expression for one sensor."""
        if sensor.host is not None:
            return self._joint(sensor)
        start, stop = sensor.record
        record = f"state.record[{start}:{stop}]"
        if sensor.kind in ("servo_torque", "contact"):
            return record
        body = self.order[str(sensor.body)]
        match sensor.kind:
            case "imu":
                return f"sensing.imu(bodies, {body}, {record}, m.gravity)"
            case "orientation":
                return f"bodies.rotation[{body}].reshape(9)"
            case "position":
                return f"sensing.point(bodies, {body}, {self._at(sensor)})"
            case "velocity":
                return f"sensing.point_velocity(bodies, {body}, {self._at(sensor)})"
        return self._distance(sensor, body)

    def _at(self, sensor: Sensor) -> str:
        assert sensor.at is not None
        key = f"at_{list(self.layout.sensors).index(sensor)}"
        return self.tables.array(key, sensor.at, f"place of sensor {sensor.name}")

    def _distance(self, sensor: Sensor, body: int) -> str:
        here = f"sensing.point(bodies, {body}, {self._at(sensor)})"
        key = f"to_{list(self.layout.sensors).index(sensor)}"
        if isinstance(sensor.to, tuple):
            there = self.tables.array(key, sensor.to, f"target of sensor {sensor.name}")
            return f"sensing.distance({here}, {there})"
        if sensor.to in self.order:
            return f"sensing.distance({here}, bodies.position[{self.order[str(sensor.to)]}])"
        plane = next(p for p in self.layout.planes if p.name == sensor.to)
        normal = self.tables.array(f"{key}_normal", plane.normal, f"normal of {plane.name}")
        offset: Scalar = plane.offset
        level = self.tables.array(f"{key}_offset", offset, f"offset of {plane.name}")
        return f"sensing.height({here}, {normal}, {level})"

    def _joint(self, sensor: Sensor) -> str:
        host, members = str(sensor.host), sensor.members
        segment = next((s for s in self.layout.segments if s.name == host), None)
        if segment is None:
            return self._kept(sensor, host, members)
        if sensor.kind == "joint_speed":
            start = segment.v[0] + members[0]
            return f"state.v[{start}:{start + len(members)}]"
        link = members[0] // segment.freedom
        size = (segment.q[1] - segment.q[0]) // segment.count
        start = segment.q[0] + link * size
        return f"state.q[{start}:{start + size}]"

    def _kept(self, sensor: Sensor, host: str, members: tuple[int, ...]) -> str:
        if sensor.kind == "joint_speed":
            return f"{host}_rate[{members[0]}:{members[-1] + 1}]"
        c = next(c for c in self.layout.closures if c.name == host)
        assert c.kind in COORDINATES
        return f"closures.{host}_coordinate.value[{members[0] // c.freedom}]"

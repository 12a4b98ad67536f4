"""Emit the constraint rows of one step and the solver's call."""

from __future__ import annotations

from dataclasses import dataclass

from scenec.emit.answers import (
    always_moves,
    answer,
    aslant,
    contact_sides,
    has_instants,
    holds,
    joint_answer,
    stopping,
)
from scenec.emit.closures import side
from scenec.emit.dynamics import module, unpacked
from scenec.emit.impacts import field, foresight, stops_of, write_sides
from scenec.emit.kinematics import flat, part
from scenec.emit.meeting import contact_note
from scenec.emit.tables import Tables
from scenec.emit.writer import Writer, index, listing, pick
from scenec.ir.layout import Closure, Contact, LayoutIR, Limit, Passive, Segment, Servo, Side


@dataclass(frozen=True)
class Group:
    """A group of rows as the solver's call names it; `trees` are those of its moving sides."""

    name: str
    law: str
    response: str
    velocity: str
    trees: tuple[tuple[int, ...], ...]
    colors: tuple[int, ...]


@dataclass(frozen=True)
class _Members:
    """The rows that a group takes from its host, which has `count` of them."""

    prefix: str
    places: tuple[int, ...]
    count: int
    trees: tuple[tuple[int, ...], ...]

    def of(self, quantity: str) -> str:
        """A quantity of the host, for these rows."""
        return pick(f"{self.prefix}_{quantity}", self.places, self.count)


def has_rows(layout: LayoutIR) -> bool:
    """Whether anything constrains the scene."""
    return bool(layout.rows())


def write_twists(writer: Writer, layout: LayoutIR) -> None:
    """The function `moving`: the links' twists for any generalized velocity."""
    if not layout.contacts and not layout.closures:
        return
    with writer.record("LinkTwists", "Twists (w, 6) of every group of links."):
        for segment in layout.segments:
            writer.line(f"{segment.name}: Array")
    signature = "moving(links: Links, v: Array) -> LinkTwists"
    with writer.function(signature, "Twists of the links, where they are, at the velocities `v`."):
        for segment in layout.segments:
            name = segment.name
            if not segment.freedom:
                writer.line(f"{name} = jnp.zeros(({segment.width}, 6), v.dtype)")
                continue
            if segment.parent is None:
                base = f"jnp.zeros(({segment.width}, 6), v.dtype)"
            else:
                parent = layout.segment(segment.parent)
                base = pick(flat(parent.name, parent), segment.parents, parent.count)
            writer.line(
                f"{name} = {module(segment)}.twist(links.{name}, {part('v', segment)}, {base})"
            )
        writer.line(f"return LinkTwists({unpacked(layout).rstrip(',')})")


def write_constraints(writer: Writer, layout: LayoutIR, tables: Tables) -> list[Group]:
    """The function `constrain`, which finds the impulses of a step; returns its groups in order."""
    emitter = _Constraints(writer, layout, tables)
    closures = ", closures: Closures" if layout.closures else ""
    contacts = ", contacts: Contacts" if layout.contacts else ""
    signature = (
        f"constrain(m: Model, links: Links{closures}{contacts}, response: Response, "
        f"q: Array, v: Array, free: Array, control: Array) -> {_found(layout)}"
    )
    doc = "Impulses on all rows; `free` are the velocities that the step would reach without them."
    with writer.function(signature, doc):
        groups = emitter.write()
    return groups


class _Constraints:
    """Writes the groups of rows one after the other."""

    def __init__(self, writer: Writer, layout: LayoutIR, tables: Tables) -> None:
        self.writer, self.layout, self.tables = writer, layout, tables
        self.groups: list[Group] = []
        self.hosts: set[str] = set()

    def write(self) -> list[Group]:
        """The body of `constrain`."""
        layout = self.layout
        if layout.contacts or layout.passives:
            self.writer.line("before = moving(links, v)")
        if layout.contacts or layout.closures:
            self.writer.line("after = moving(links, free)")
        if layout.contacts and layout.options.impacts == "continuous":
            self.writer.line("drift = drifting(links)")
        for c in self.layout.closures:
            self._closure(c)
        for passive in self.layout.passives:
            self._passive(passive)
        for servo in self.layout.servos:
            self._servo(servo)
        for limit in self.layout.limits:
            self._limit(limit)
        for contact in self.layout.contacts:
            self._contact(contact)
        self._solve()
        return self.groups

    def _solve(self) -> None:
        layout, writer = self.layout, self.writer
        writer.note("the impulses that satisfy all rows together")
        writer.line(f"groups = ({', '.join(map(_group_text, self.groups))},)")
        size = f"({layout.trees}, {layout.tile})"
        sweeps = layout.options.iterations
        implicit = layout.options.gradient == "implicit"
        solver = "implicit" if implicit else layout.options.solver
        swept = ""
        if layout.contacts and friction_turns(layout):
            solver, swept = "turning", ", implicit.swept" if implicit else ""
        solution = f"{solver}.solve(groups, {size}, {sweeps}{swept})"
        if layout.options.impacts == "stepped":
            writer.line(f"return {solution}")
            return
        writer.line(f"solution = {solution}")
        writer.note("the impacts that lie ahead")
        fields = [
            field(c, aslant(layout, c), not always_moves(layout, contact_sides(c), c.same_tree))
            for c in layout.contacts
        ]
        places = {group.name: place for place, group in enumerate(self.groups)}
        limits = stopping(layout)
        stops = [stops_of(limit, places[limit.name]) for limit in limits]
        held = [place for name, place in places.items() if holds(layout, name)]
        met = [places[c.name] for c in layout.contacts] + [places[s.name] for s in limits]
        writer.line(f"return solution, {foresight(layout, fields, stops, held, met)}")

    def _closure(self, c: Closure) -> None:
        name = c.name
        self.writer.note(f"{c.kind} joints kept by rows: {listing([j.name for j in c.joints])}")
        self.writer.line(f"jacobian = closures.{name}.jacobian")
        self._links_rows(name, c.parent, c.child, c.same_tree, before=False)
        self.writer.line(
            f"{name}_law = laws.Bilateral(-m.stabilization / m.dt * closures.{name}.error)"
        )
        self._group(name, _moving_trees(c.parent, c.child, c.same_tree), c.colors)

    def _links_rows(
        self, name: str, first: Side, second: Side | None, same: bool, before: bool
    ) -> None:
        """Response and velocities of rows between links, from the `jacobian` just written.

        Velocities `before` the step matter to contacts and passive forces alone.
        """
        layout, writer = self.layout, self.writer
        sides = [first] if second is None else [first, second]
        writer.line(f"{name}_response = {answer(layout, sides, same)}")
        for when in ("before", "after") if before else ("after",):
            still = f"jnp.zeros(({len(first.index)}, 6), v.dtype)"
            twists = [side(layout, s, "", f"{when}.") or still for s in sides]
            moved = ", ".join([*twists, "None"][:2])
            writer.line(f"{name}_{when} = rows.velocity(jacobian, {moved})")

    def _group(
        self, name: str, trees: tuple[tuple[int, ...], ...], colors: tuple[int, ...]
    ) -> None:
        self.groups.append(
            Group(name, f"{name}_law", f"{name}_response", f"{name}_after", trees, colors)
        )

    def _host(self, host: str) -> str:
        """Write coordinates, rates and responses of a host, once; returns their prefix."""
        segment = next((s for s in self.layout.segments if s.name == host), None)
        prefix = host if segment is not None else f"{host}_coordinate"
        if host not in self.hosts:
            self.hosts.add(host)
            if segment is not None:
                self._segment_host(segment)
            else:
                self._closure_host(next(c for c in self.layout.closures if c.name == host), prefix)
        return prefix

    def _segment_host(self, segment: Segment) -> None:
        host, writer = segment.name, self.writer
        start, stop = segment.v
        if self._reads_value(host):
            writer.line(f"{host}_value = q[{segment.q[0]}:{segment.q[1]}]")
        if has_instants(self.layout, host):
            writer.line(f"{host}_before = v[{start}:{stop}]")
        writer.line(f"{host}_after = free[{start}:{stop}]")
        writer.line(f"{host}_response = {joint_answer(self.layout, segment)}")

    def _closure_host(self, c: Closure, prefix: str) -> None:
        writer = self.writer
        writer.line(f"jacobian = closures.{prefix}.jacobian")
        passive = any(p.host == c.name for p in self.layout.passives)
        self._links_rows(prefix, c.parent, c.child, c.same_tree, before=passive)
        if self._reads_value(c.name):
            writer.line(f"{prefix}_value = closures.{prefix}.value.reshape(-1)")
        if passive:
            bias = f"m.dt * closures.{prefix}.bias"
            writer.line(f"{prefix}_before = ({prefix}_before - {bias}).reshape(-1)")
        writer.line(f"{prefix}_after = {prefix}_after.reshape(-1)")
        writer.line(f"{prefix}_response = rows.each({prefix}_response)")

    def _reads_value(self, host: str) -> bool:
        """Whether any row depends on the coordinates of a host."""
        servos = any(s.host == host and s.gain is not None for s in self.layout.servos)
        return servos or any(limit.host == host for limit in self.layout.limits)

    def _members(self, rows: Passive | Servo | Limit) -> _Members:
        """Pick the rows of a group from its host."""
        prefix = self._host(rows.host)
        segment = next((s for s in self.layout.segments if s.name == rows.host), None)
        if segment is not None:
            freedom, count = segment.freedom, segment.count * segment.freedom
            sides: tuple[tuple[int, ...], ...] = (segment.trees,)
        else:
            c = next(c for c in self.layout.closures if c.name == rows.host)
            freedom, count = c.freedom, len(c.joints) * c.freedom
            sides = _moving_trees(c.parent, c.child, c.same_tree)
        trees = tuple(tuple(side[m // freedom] for m in rows.members) for side in sides)
        picked = _Members(prefix, rows.members, count, trees)
        self.writer.line(f"{rows.name}_response = {picked.of('response')}")
        self.writer.line(f"{rows.name}_after = {picked.of('after')}[:, None]")
        return picked

    def _passive(self, passive: Passive) -> None:
        name, host = passive.name, passive.host
        self.writer.note(f"armature and damping of {host}")
        members = self._members(passive)
        armature = self.tables.array(f"{name}_armature", passive.armature, f"armature, {host}")
        damping = self.tables.array(f"{name}_damping", passive.damping, f"damping, {host}")
        rate = members.of("before")
        self.writer.line(f"{name}_law = actuation.passive({rate}, {armature}, {damping}, m.dt)")
        self._group(name, members.trees, passive.colors)

    def _servo(self, servo: Servo) -> None:
        name = servo.name
        driven = set(servo.control)
        actuators = [a.name for a in self.layout.actuators if driven & set(range(*a.control))]
        self.writer.note(f"servos {listing(actuators)}")
        members = self._members(servo)
        bound = self.tables.array(f"{name}_max_torque", servo.max_torque, f"torque, {name}")
        aim = pick("control", servo.control, self.layout.size_control)
        drives = has_instants(self.layout, servo.host)
        if servo.gain is not None:
            aim = self._servo_aim(servo, members, aim, drives)
        elif drives:
            aim = f"actuation.speed_aim({aim}, {members.of('before')})"
        law = "drive" if drives else "motor"
        self.writer.line(f"{name}_law = actuation.{law}({aim}, {bound}, m.dt)")
        self._group(name, members.trees, servo.colors)

    def _servo_aim(self, servo: Servo, members: _Members, control: str, drives: bool) -> str:
        """What the controls and the angles of position servos ask for."""
        name, value = servo.name, members.of("value")
        gain = self.tables.array(f"{name}_gain", servo.gain or (), f"gain, {name}")
        fastest = "None"
        if servo.max_speed is not None:
            fastest = self.tables.array(f"{name}_max_speed", servo.max_speed, f"speed, {name}")
        self.writer.line(f"aim = {control}")
        if not drives:
            return f"actuation.servo_speed({value}, aim, {gain}, {fastest})"
        before = members.of("before")
        return f"actuation.servo_aim({value}, {before}, aim, {gain}, {fastest}, m.dt)"

    def _limit(self, limit: Limit) -> None:
        name, host = limit.name, limit.host
        self.writer.note(f"limits of {host}")
        members = self._members(limit)
        lower = self.tables.array(f"{name}_lower", limit.lower, f"lower limits, {host}")
        upper = self.tables.array(f"{name}_upper", limit.upper, f"upper limits, {host}")
        value = members.of("value")
        self.writer.line(
            f"{name}_law = actuation.limit({value}, {lower}, {upper}, m.dt, m.stabilization)"
        )
        if has_instants(self.layout, limit.host):
            self._stops(limit, members)
        self._group(name, members.trees, limit.colors)

    def _stops(self, limit: Limit, members: _Members) -> None:
        """How coordinates come to their limits, `name_motion`, and what of these they feel on their
        way."""
        name, writer = limit.name, self.writer
        motion = ", ".join(map(members.of, ("value", "before", "after")))
        writer.line(f"{name}_motion = stop.Motion({motion})")
        writer.line(
            f"{name}_law = actuation.resting_limit("
            f"{name}_law, {name}_motion.before, {name}_motion.pace(m.dt))"
        )

    def _contact(self, c: Contact) -> None:
        self.writer.note(contact_note(c))
        self.writer.line(f"jacobian = contacts.{c.name}.jacobian")
        self._links_rows(c.name, c.first, c.second, c.same_tree, before=True)
        self._contact_law(c)
        self._group(c.name, _moving_trees(c.first, c.second, c.same_tree), c.colors)

    def _contact_law(self, c: Contact) -> None:
        name = c.name
        surface = self.tables.record(
            f"{name}_surface",
            "contact.Surface",
            {"friction": c.friction, "restitution": c.restitution, "softness": c.softness},
            f"how they touch, {name}",
        )
        self.writer.line(
            f"{name}_target = contact.target({surface}, contacts.{name}.gap, "
            f"{name}_before[:, 0], {name}_after[:, 0], m.dt, m.stabilization)"
        )
        continuous = self.layout.options.impacts == "continuous"
        if continuous:
            write_sides(self.writer, self.layout, c)
            self.writer.line(
                f"{name}_target = contact.resting_target({surface}, {name}_target, "
                f"contacts.{name}.gap, {name}_before[:, 0], "
                f"approach.pace({name}_first, {name}_second, m.dt), m.dt, m.stabilization)"
            )
        if continuous and aslant(self.layout, c):
            self._slip_bias(name)
        cone = cone_of(self.layout)
        if self.layout.options.gradient == "smoothed":
            cone = f"cones.smoothed({cone}, m.smoothing, m.dt, contacts.{name}.gap)"
        slip = f", {name}_before[:, 1:]" if friction_turns(self.layout) else ""
        self.writer.line(f"{name}_law = laws.Contact(*{name}_target, {cone}{slip})")

    def _slip_bias(self, name: str) -> None:
        """The slip before the step and after it, of rows of the middle."""
        sides = f"{name}_first, {name}_second"
        self.writer.line(f"bias = 0.5 * m.dt * approach.slip_bias(jacobian, {sides})")
        self.writer.line(f"{name}_before, {name}_after = {name}_before - bias, {name}_after + bias")


def _found(layout: LayoutIR) -> str:
    """The type of what `constrain` finds."""
    if layout.options.impacts == "stepped":
        return "solver.Solution"
    return "tuple[solver.Solution, impact.Ahead]"


def friction_turns(layout: LayoutIR) -> bool:
    """Whether friction may turn round within a step: in the round cone it acts along the slip."""
    return layout.options.impacts == "continuous" and layout.options.cone == "round"


def cone_of(layout: LayoutIR) -> str:
    """The cone of the contacts' friction."""
    return "cones.Round()" if layout.options.cone == "round" else "cones.Pyramid()"


def _group_text(group: Group) -> str:
    first = index(group.trees[0])
    second = index(group.trees[1]) if len(group.trees) > 1 else "None"
    rows = f"{group.response}, {group.velocity}, {group.law}"
    return f"solver.Group({rows}, first={first}, second={second}, colors={index(group.colors)})"


def _moving_trees(first: Side, second: Side | None, same: bool) -> tuple[tuple[int, ...], ...]:
    sides = [first] if second is None or same else [first, second]
    if same and second is not None:
        return (first.trees,)
    return tuple(s.trees for s in sides if s.trees[0] != -1)

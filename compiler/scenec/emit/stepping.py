"""Emit the step itself: one robot, one time step."""

from __future__ import annotations

from scenec.emit.answers import bends, write_velocity
from scenec.emit.constraints import Group, has_rows
from scenec.emit.dynamics import damped, driven_closures, module
from scenec.emit.kinematics import parents, part
from scenec.emit.striking import instants, strike
from scenec.emit.tables import Tables
from scenec.emit.writer import Writer, pick
from scenec.ir.layout import Contact, LayoutIR, Segment, Sensor

_ADVANCED = {"free": "joints.advance_free", "ball": "joints.advance_ball"}
_RATES = {"free": "joints.rate_free", "ball": "joints.rate_ball"}
_RENORMALIZED = {"free": "joints.renormalize_free", "ball": "joints.renormalize_ball"}
_FLOWED = "flowed = free + velocities(response, solution.whitened)"


def write_step(writer: Writer, layout: LayoutIR, tables: Tables, groups: list[Group]) -> None:
    """The function `step` and those that it alone needs."""
    if layout.options.integrator == "rk4":
        _write_rk4(writer, layout)
    else:
        _write_semi_implicit(writer, layout)
    if layout.size_record:
        _Record(writer, layout, tables, groups).write()


def _write_semi_implicit(writer: Writer, layout: LayoutIR) -> None:
    _write_advance(writer, layout)
    doc = "The state of the robot one time step on, by the semi-implicit Euler method."
    if _continuous(layout):
        doc = "The state of the robot one time step on: leapfrog, with impacts at their instants."
    with writer.function("step(params: Params, state: State, control: Array) -> State", doc):
        _write_solution(writer, layout)
        q = "advance(q, after, m.dt)"
        if not has_rows(layout):
            writer.line("after = free")
        elif _continuous(layout):
            if not bends(layout):
                writer.line(_FLOWED)
            writer.line("after = flowed + blow.velocity")
            writer.line("way = 0.5 * m.dt * flowed + blow.shift")
            if any(segment.kind in _ADVANCED for segment in layout.segments):
                _write_lead(writer, layout)
            q = "advance(q, way, jnp.ones_like(m.dt))"
        else:
            write_velocity(writer, layout, "after = free + ", "solution.whitened")
        _write_return(writer, layout, q, "after")


def _write_lead(writer: Writer, layout: LayoutIR) -> None:
    """Statements that go to the impacts first, and leave the rest of the way.

    Turns about different axes do not add: with the angular velocities w until τ and u from then on,
    the rotation after the step is exp((h - τ) u) exp(τ w). One turn by the sum would be off by
    τ (h - τ) u × w / 2, which is little, but as a function of τ it is of the order h.
    """
    writer.note("what is struck turns about another axis from then on")
    writer.line(f"lead = {instants(layout)} * v")
    writer.line("q, way = advance(state.q, lead, jnp.ones_like(m.dt)), way + 0.5 * m.dt * v - lead")


def _continuous(layout: LayoutIR) -> bool:
    """Whether impacts have instants of their own within the step."""
    return layout.options.impacts == "continuous"


def _write_solution(writer: Writer, layout: LayoutIR) -> None:
    """Statements that find the velocities without constraints and, with rows, their impulses."""
    closures = "closures, " if layout.closures else ""
    driven = "closures, " if driven_closures(layout) else ""
    writer.line("m = model(params, state.q.dtype)")
    if _continuous(layout):
        writer.line("q, v = advance(state.q, state.v, 0.5 * m.dt), state.v")
    else:
        writer.line("q, v = state.q, state.v")
    writer.line("links = kinematics(m, q, v)")
    if layout.closures:
        writer.line("closures = closed(m, links, control)")
    factors = "factors" if has_rows(layout) else "_"
    writer.line(f"{factors}, acceleration = dynamics(m, links, {driven}v, control)")
    writer.line("free = v + m.dt * acceleration")
    if has_rows(layout):
        contacts = "contacts, " if layout.contacts else ""
        if layout.contacts:
            writer.line("contacts = meet(m, links)")
        writer.line("response = respond(links, factors)")
        found = f"constrain(m, links, {closures}{contacts}response, q, v, free, control)"
        if not _continuous(layout):
            writer.line(f"solution = {found}")
            return
        writer.line(f"solution, ahead = {found}")
        if bends(layout):
            _write_products(writer, layout)
        writer.line(f"blow = {strike(layout)}")
        writer.line("solution = solution._replace(impulses=blow.resting)")


def _write_products(writer: Writer, layout: LayoutIR) -> None:
    """Statements that take velocity products at the middle of the step.

    How fast the links are there depends on the impulses of the rows. These are found with the
    products at the start of the step, and leave velocities as they should be but for h², anew in
    every step; nothing of it adds up.

    Damping D is that of an implicit step. The rate a + r, of which r is by rows, has been found
    with D (v + h (a + r)). Half of the last term is too much: of D (v + h (a - r) / 2) the factor
    that contains h D makes what is missing to D (v + h (a + r) / 2).
    """
    closures = "closures, " if driven_closures(layout) else ""
    writer.line(_FLOWED)
    writer.note("velocity products are those of the middle of the step")
    writer.line("halfway = kinematics(m, q, 0.5 * (v + flowed))")
    damping = "free - 0.5 * (flowed - v)" if damped(layout) else "v"
    given = f"m, halfway, factors, {closures}{damping}, acceleration, control"
    writer.line(f"turned = velocities(response, residual({given}))")
    writer.line("acceleration, flowed = acceleration + turned, flowed + m.dt * turned")


def write_contact_forces(writer: Writer, layout: LayoutIR, groups: list[Group]) -> None:
    """The function `contact_forces`."""
    numbers = {group.name: i for i, group in enumerate(groups)}
    signature = "contact_forces(params: Params, state: State, control: Array) -> ContactForces"
    doc = "Where bodies touch in the step from this state, and with which forces."
    with writer.function(signature, doc):
        if not layout.contacts:
            writer.line("nothing = jnp.zeros((0, 3), state.q.dtype)")
            writer.line("return ContactForces(nothing, nothing)")
            return
        _write_solution(writer, layout)
        writer.line("return ContactForces(")
        names = [contact.name for contact in layout.contacts]
        writer.line("    point=jnp.concatenate([")
        for name in names:
            writer.line(f"        contacts.{name}.point,")
        writer.line("    ]),")
        writer.line("    force=jnp.concatenate([")
        for place, name in enumerate(names):
            writer.line(f"        {_contact_force(layout, name, numbers[name], place)},")
        writer.line("    ]),")
        writer.line(")")


def _contact_force(layout: LayoutIR, name: str, number: int, place: int) -> str:
    """The world forces on the pairs of a group, over the whole step."""
    force = f"contact.world_force(contacts.{name}, solution.impulses[{number}], m.dt)"
    return f"{force} + blow.impulses[{place}] / m.dt" if _continuous(layout) else force


def _write_return(writer: Writer, layout: LayoutIR, q: str, v: str) -> None:
    record = "state.record"
    if layout.size_record:
        extra = "solution, " if has_rows(layout) else ""
        extra += "blow, " if _continuous(layout) else ""
        extra += "contacts, " if layout.contacts else ""
        closures = "closures, " if layout.closures else ""
        record = f"recorded(m, links, {closures}{extra}v, {v}, control)"
    writer.line(f"return State(q={q}, v={v}, record={record})")


def _write_advance(writer: Writer, layout: LayoutIR) -> None:
    doc = "Coordinates after moving with the velocities `v` for `dt`."
    with writer.function("advance(q: Array, v: Array, dt: Array) -> Array", doc):
        writer.line("return jnp.concatenate([")
        for segment in layout.segments:
            if not segment.freedom:
                continue
            if segment.kind in _ADVANCED:
                moved = f"{_by_link('q', segment)}, {_by_link('v', segment)}, dt"
                writer.line(f"    {_ADVANCED[segment.kind]}({moved}).reshape(-1),")
            else:
                (a, b), (c, d) = segment.q, segment.v
                writer.line(f"    q[{a}:{b}] + dt * v[{c}:{d}],")
        writer.line("])")


def _by_link(vector: str, segment: Segment) -> str:
    start, stop = segment.q if vector == "q" else segment.v
    return f"{vector}[{start}:{stop}].reshape({segment.count}, {(stop - start) // segment.count})"


def _write_rk4(writer: Writer, layout: LayoutIR) -> None:
    doc = "Coordinates whose rotation matrices have rows of unit length."
    with writer.function("renormalize(q: Array) -> Array", doc):
        writer.line("return jnp.concatenate([")
        for segment in layout.segments:
            if segment.freedom:
                (a, b), rule = segment.q, _RENORMALIZED.get(segment.kind)
                text = f"{rule}({_by_link('q', segment)}).reshape(-1)" if rule else f"q[{a}:{b}]"
                writer.line(f"    {text},")
        writer.line("])")
    signature = "flow(m: Model, q: Array, v: Array, control: Array) -> tuple[Array, Array]"
    with writer.function(signature, "Rates of coordinates and velocities."):
        writer.line("_, acceleration = dynamics(m, kinematics(m, q, v), v, control)")
        writer.line("rates = [")
        for segment in layout.segments:
            if segment.freedom:
                (a, b), rule = segment.v, _RATES.get(segment.kind)
                text = f"v[{a}:{b}]"
                if rule:
                    text = f"{rule}({_by_link('q', segment)}, {_by_link('v', segment)}).reshape(-1)"
                writer.line(f"    {text},")
        writer.line("]")
        writer.line("return jnp.concatenate(rates), acceleration")
    doc = "The state of the robot one time step on, by the classical Runge-Kutta method."
    with writer.function("step(params: Params, state: State, control: Array) -> State", doc):
        writer.line("m = model(params, state.q.dtype)")
        writer.line("rates = lambda q, v: flow(m, q, v, control)")
        writer.line("q, after = integrate.rk4(rates, state.q, state.v, m.dt)")
        if layout.size_record:
            writer.line("v = state.v")
            writer.line("links = kinematics(m, state.q, v)")
        _write_return(writer, layout, "renormalize(q)", "after")


class _Record:
    """Writes `recorded`: what a step leaves for the sensors of forces and accelerations."""

    def __init__(
        self, writer: Writer, layout: LayoutIR, tables: Tables, groups: list[Group]
    ) -> None:
        self.writer, self.layout, self.tables = writer, layout, tables
        self.numbers = {group.name: i for i, group in enumerate(groups)}

    def write(self) -> None:
        """The function `recorded`."""
        layout, writer = self.layout, self.writer
        solved = "solution: solver.Solution, " if has_rows(layout) else ""
        solved += "blow: impact.Blow, " if _continuous(layout) else ""
        solved += "contacts: Contacts, " if layout.contacts else ""
        closures = "closures: Closures, " if layout.closures else ""
        signature = (
            f"recorded(m: Model, links: Links, {closures}{solved}v: Array, after: Array, "
            "control: Array) -> Array"
        )
        recorded = [sensor for sensor in layout.sensors if sensor.record[1] > sensor.record[0]]
        with writer.function(
            signature, "What the step leaves for sensors of forces and accelerations."
        ):
            self._accelerations(self._accelerating(recorded))
            if any(sensor.kind == "contact" for sensor in recorded):
                self._contact_forces()
            writer.line("return jnp.concatenate([")
            for sensor in recorded:
                writer.line(f"    {self._entry(sensor)},  # {sensor.name}")
            writer.line("])")

    def _accelerating(self, recorded: list[Sensor]) -> set[str]:
        """The segments whose accelerations inertial sensors need: theirs, and what carries them."""
        carriers = {segment.name: segment.parent for segment in self.layout.segments}
        homes = {mount.body: mount.segment for mount in self.layout.mounts}
        needed = set()
        for sensor in recorded:
            name = homes[str(sensor.body)] if sensor.kind == "imu" else None
            while name is not None:
                needed.add(name)
                name = carriers[name]
        return needed

    def _accelerations(self, needed: set[str]) -> None:
        layout, writer = self.layout, self.writer
        if needed:
            writer.line("rate = (after - v) / m.dt")
        for segment in layout.segments:
            name = segment.name
            if name not in needed:
                continue
            if not segment.freedom:
                writer.line(f"{name}_acceleration = jnp.zeros(({segment.width}, 6), v.dtype)")
                continue
            base = parents(layout, segment, "_acceleration")
            base = base or f"jnp.zeros(({segment.width}, 6), v.dtype)"
            rate = part("v", segment).replace("v[", "rate[", 1)
            rule = f"{module(segment)}.acceleration"
            writer.line(f"{name}_acceleration = {rule}(links.{name}, {rate}, {base})")

    def _contact_forces(self) -> None:
        touching = {sensor.body for sensor in self.layout.sensors if sensor.kind == "contact"}
        for place, c in enumerate(self.layout.contacts):
            others = c.other.bodies if c.other else ()
            if touching.isdisjoint(c.spheres.bodies) and touching.isdisjoint(others):
                continue
            force = _contact_force(self.layout, c.name, self.numbers[c.name], place)
            self.writer.line(f"{c.name}_force = {force}")

    def _entry(self, sensor: Sensor) -> str:
        if sensor.kind == "imu":
            mount = next(m for m in self.layout.mounts if m.body == sensor.body)
            segment = self.layout.segment(mount.segment)
            at = self.tables.array(
                f"imu_{sensor.record[0]}", mount.position, f"place of {sensor.name}"
            )
            run = segment.levels > 1
            level = f"tree.flatten_run(links.{segment.name})" if run else f"links.{segment.name}"
            moved = f"{segment.name}_acceleration"
            moved = f"tree.flatten_run({moved})" if run else moved
            link = pick(level, (mount.index,), segment.count)
            rate = pick(moved, (mount.index,), segment.count)
            return f"sensing.body_acceleration({link}, {rate}, {at})"
        if sensor.kind == "contact":
            terms = [term for c in self.layout.contacts for term in _terms(c, sensor.body)]
            return " ".join(terms).removeprefix("+ ") or "jnp.zeros(3, v.dtype)"
        return self._actuator_force(sensor)

    def _actuator_force(self, sensor: Sensor) -> str:
        """What an actuator exerted: row impulses over the step, or the control itself."""
        actuator = next(a for a in self.layout.actuators if a.name == sensor.actuator)
        parts = [self._control_force(control) for control in range(*actuator.control)]
        return parts[0] if len(parts) == 1 else f"jnp.concatenate([{', '.join(parts)}])"

    def _control_force(self, control: int) -> str:
        for servo in self.layout.servos:
            if control in servo.control:
                row = servo.control.index(control)
                return f"solution.impulses[{self.numbers[servo.name]}][{row}] / m.dt"
        for number, motor in enumerate(self.layout.motors):
            if control in motor.control and motor.max_torque is not None:
                place = motor.control.index(control)
                bound = f"m.motor_{number}_bound[{place}:{place + 1}]"
                return f"actuation.clip(control[{control}:{control + 1}], {bound})"
        return f"control[{control}:{control + 1}]"


def _terms(c: Contact, body: str | None) -> list[str]:
    """The contact forces on a body from one group: its own, less those it exerts on others."""
    force, count = f"{c.name}_force", len(c.friction)
    own = tuple(i for i, name in enumerate(c.spheres.bodies) if name == body)
    terms = [f"+ jnp.sum({pick(force, own, count)}, axis=0)"] if own else []
    if c.other is not None:
        theirs = tuple(i for i, name in enumerate(c.other.bodies) if name == body)
        if theirs:
            terms.append(f"- jnp.sum({pick(force, theirs, count)}, axis=0)")
    return terms

"""Emit what impacts do, at their own instants within a step."""

from __future__ import annotations

from scenec.emit.answers import (
    answer,
    bends,
    contact_sides,
    holds,
    joint_answer,
    side_answer,
    stopping,
)
from scenec.emit.closures import side
from scenec.emit.constraints import Group, cone_of
from scenec.emit.dynamics import damped, driven_closures
from scenec.emit.writer import Writer, pick
from scenec.ir.layout import Contact, LayoutIR, Limit, Passive

_SHARE = 4  # impacts have this share of a step's sweeps
_FEWEST = 2


def write_strike(writer: Writer, layout: LayoutIR, groups: list[Group]) -> None:
    """The function `strike`, where impacts have instants of their own."""
    if layout.options.impacts != "continuous":
        return
    moving = "response: Response"
    if bends(layout):
        moving = "q: Array, v: Array, acceleration: Array, flowed: Array, control: Array"
        moving += ", slow: Factors, slowed: Response" if damped(layout) else ""
    signature = f"strike(m: Model, {moving}, ahead: impact.Ahead) -> impact.Blow"
    with writer.function(signature, "What the impacts of a step do to its end."):
        if bends(layout):
            _write_instants(writer, layout)
        _write_answers(writer, layout, groups)
        sweeps = max(_FEWEST, layout.options.iterations // _SHARE)
        cone = cone_of(layout)
        writer.line(f"struck = impact.resolve(ahead, answers, {cone}, {sweeps}, m.dt)")
        writer.line("change = velocities(response, struck.change)")
        writer.line("shift = velocities(response, m.dt * struck.change - struck.moment)")
        if bends(layout):
            _write_gain(writer, layout)
        writer.line("return impact.Blow(change, shift, struck.impulses, struck.resting)")


def strike(layout: LayoutIR) -> str:
    """The call of `strike` in a step."""
    if not bends(layout):
        return "strike(m, response, ahead)"
    slow = "factors, response, " if damped(layout) else ""
    return f"strike(m, q, v, acceleration, flowed, control, {slow}ahead)"


def instants(layout: LayoutIR) -> str:
    """Of every velocity, the instant of the first impact of its tree."""
    return pick("ahead.instant", _homes(layout), layout.trees)


def _write_instants(writer: Writer, layout: LayoutIR) -> None:
    """Where everything is at the instant of its first impact, how fast, and how it answers there.

    What is off by some h² f(τ/h) in a motion that is cut at τ has a derivative by τ that is off by
    h f', and derivatives through impacts fall with the step no faster, however exact the motion is.
    So velocities at τ must be right to h², but for what does not depend on τ. Those that the pairs
    have on their parabolas are not: links turn on the way. So twists are those of the links where
    they are at τ.

    In the flow the acceleration changes by j per time, and with the one in the middle, v + τ a is
    off by -τ (h - τ) j / 2. Of that (τ - h/2)² j / 2 depends on τ, and (τ - h/2) j is how far the
    acceleration at τ is from that in the middle.

    Damping D, which takes time, has no part in how trees answer to a blow: there the mass matrix is
    that of a step of length 0. Forces, however stiff the damping is, meet that of the implicit step
    in the middle of the step.
    """
    closures = "closures, " if driven_closures(layout) else ""
    writer.note("each tree at the instant of its first impact")
    writer.line(f"when = {instants(layout)}")
    writer.line("rate = (flowed - v) / m.dt")
    writer.line("way = (when - 0.5 * m.dt) * v + 0.5 * when * when * rate")
    writer.line("at, speed = advance(q, way, jnp.ones_like(m.dt)), v + when * rate")
    writer.line("links = kinematics(m, at, speed)")
    if layout.closures:
        writer.line("closures = closed(m, links, control)")
    at_once = "m._replace(dt=jnp.zeros_like(m.dt))" if damped(layout) else "m"
    writer.line(f"factors, _ = dynamics({at_once}, links, {closures}speed, control)")
    writer.line("response = respond(links, factors)")
    left = _residual(layout, "links", "speed", "acceleration")
    writer.line(f"speed = speed + 0.5 * (when - 0.5 * m.dt) * {left}")
    if layout.contacts:
        writer.line("reached = moving(links, speed)")


def _homes(layout: LayoutIR) -> tuple[int, ...]:
    """Of every velocity, the tree."""
    return tuple(
        tree
        for segment in layout.segments
        if segment.freedom
        for tree in segment.trees
        for _ in range(segment.freedom)
    )


def _write_gain(writer: Writer, layout: LayoutIR) -> None:
    """The rest of the step of what is struck, as accelerations depend on velocities and places.

    From τ on the trees move with the acceleration halfway to the step's end. What rows add to it,
    rate - acceleration, is taken to stay as it is until then. The factor is off by O(h) halfway:
    the second of the two residuals there leaves O(h³).
    """
    writer.note("what is struck goes on from there")
    writer.line("leaving, half, by_rows = speed + change, 0.5 * (m.dt - when), rate - acceleration")
    left = _residual(layout, "kinematics(m, at, leaving)", "leaving", "acceleration")
    writer.line(f"turned = acceleration + {left}")
    writer.line("halfway = advance(at, half * leaving, jnp.ones_like(m.dt))")
    writer.line("leaving = leaving + half * (turned + by_rows)")
    writer.line("later = kinematics(m, halfway, leaving)")
    for _ in range(2):
        writer.line(f"turned = turned + {_residual(layout, 'later', 'leaving', 'turned')}")
    writer.line("gain = 2.0 * half * (turned + by_rows)")
    writer.line("way = way + 2.0 * half * speed + half * gain")
    writer.line(f"hit = {pick('ahead.hit', _homes(layout), layout.trees)}")
    writer.line("change = jnp.where(hit, speed + change + gain - flowed, change)")
    writer.line("shift = jnp.where(hit, way + shift - 0.5 * m.dt * flowed, shift)")


def _residual(layout: LayoutIR, links: str, speed: str, rate: str) -> str:
    """By how much links that have the velocities `speed` accelerate otherwise than by `rate`."""
    closures = "closures, " if driven_closures(layout) else ""
    factors, response = ("slow", "slowed") if damped(layout) else ("factors", "response")
    call = f"residual(m, {links}, {factors}, {closures}{speed}, {rate}, control)"
    return f"velocities({response}, {call})"


def _write_answers(writer: Writer, layout: LayoutIR, groups: list[Group]) -> None:
    """The record `answers`."""
    sides = []
    for c in layout.contacts:
        listed = [side_answer(layout, side) for side in contact_sides(c)]
        sides.append(f"({', '.join(listed)},)")
    kept = [_kept(writer, layout, group) for group in groups if holds(layout, group.name)]
    stops = "".join(f"{_reached(writer, layout, limit)}, " for limit in stopping(layout))
    fields = "".join(f"{side}, " for side in sides)
    held = "".join(f"{name}, " for name in kept)
    spots = "".join(f"{_spots(layout, c)}, " for c in layout.contacts)
    more = f", ({stops}), ({spots})" if bends(layout) else ""
    writer.line(f"answers = impact.Answers(({fields}), ({held}){more})")


def _spots(layout: LayoutIR, c: Contact) -> str:
    """Where the sides of a group of pairs are at their instants."""
    spots = [
        f"approach.Spot({side(layout, of, '', 'links.')}, {side(layout, of, '', 'reached.')})"
        for of in contact_sides(c)
    ]
    return f"({', '.join(spots)},)"


def _kept(writer: Writer, layout: LayoutIR, group: Group) -> str:
    """The name of the response of a group that holds, which is written."""
    name = f"{group.name}_response"
    closure = next((c for c in layout.closures if c.name == group.name), None)
    if closure is not None:
        writer.line(f"jacobian = closures.{closure.name}.jacobian")
        found = answer(layout, [closure.parent, closure.child], closure.same_tree)
    else:
        along: tuple[Passive | Limit, ...] = (*layout.passives, *layout.limits)
        rows = next(r for r in along if r.name == group.name)
        found = _coordinates(writer, layout, rows)
    writer.line(f"{name} = {found}")
    return name


def _reached(writer: Writer, layout: LayoutIR, limit: Limit) -> str:
    """The rows of limits at the instants of their trees, and the rates along them."""
    segment = layout.segment(limit.host)
    (start, stop), count = segment.v, segment.count * segment.freedom
    rate = pick(f"speed[{start}:{stop}]", limit.members, count)
    return f"stop.Reached({_coordinates(writer, layout, limit)}, {rate})"


def _coordinates(writer: Writer, layout: LayoutIR, rows: Passive | Limit) -> str:
    """The response of rows along joints' coordinates."""
    segment = next((s for s in layout.segments if s.name == rows.host), None)
    if segment is not None:
        return pick(joint_answer(layout, segment), rows.members, segment.count * segment.freedom)
    c = next(c for c in layout.closures if c.name == rows.host)
    writer.line(f"jacobian = closures.{c.name}_coordinate.jacobian")
    found = answer(layout, [c.parent, c.child], c.same_tree)
    return pick(f"rows.each({found})", rows.members, len(c.joints) * c.freedom)

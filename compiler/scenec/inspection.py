"""What `scenec inspect` counts in a compiled scene, and how it is shown."""

from __future__ import annotations

from scenert.abi import Manifest

Count = tuple[str, str]


def counts(manifest: Manifest) -> list[Count]:
    """Names and values, in the order in which they are shown."""
    sizes = {field.name: field.size for field in manifest.state}
    sensors = sum(sensor.size for sensor in manifest.sensors)
    numbers = sum(parameter.size for parameter in manifest.parameters)
    return [
        ("scene", manifest.name),
        ("time step", f"{manifest.timestep:g} s"),
        *((name, str(value)) for name, value in manifest.options.items()),
        ("bodies", str(len(manifest.bodies))),
        ("joints", _by_kind([joint.kind for joint in manifest.joints])),
        ("coordinates of the state", str(sizes.get("q", 0))),
        ("velocity states", str(sizes.get("v", 0))),
        ("constraint rows", str(sum(manifest.rows.values()))),
        *((f"  {kind}", str(rows)) for kind, rows in manifest.rows.items()),
        ("servos", _by_kind([actuator.kind for actuator in manifest.actuators])),
        ("sensors", f"{sensors} (scalars, in {len(manifest.sensors)} sensors)"),
        ("params", f"{len(manifest.parameters)} ({numbers} numbers)"),
    ]


def as_text(rows: list[Count]) -> str:
    """`rows` in two aligned columns."""
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value}" for name, value in rows)


def print_table(rows: list[Count]) -> None:
    """`rows` as a table for a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False)
    for name, value in rows:
        table.add_row(name, value)
    Console().print(table)


def _by_kind(kinds: list[str]) -> str:
    """`8 (4 hinge, 4 weld)`; kinds in the order in which they first occur."""
    tally = {kind: kinds.count(kind) for kind in kinds}
    listed = ", ".join(f"{number} {kind}" for kind, number in tally.items())
    return f"{len(kinds)} ({listed})" if kinds else "0"

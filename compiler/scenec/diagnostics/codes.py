"""The permanent codes of diagnostics; each has a page in `scenec/explain`.

E01 reading the file, E02 its structure, E03 names, E04 quantities, E05 mechanics, W06 lints.
"""

from __future__ import annotations

from importlib import resources

CODES: dict[str, str] = {
    "E0101": "the file cannot be read",
    "E0102": "the file is too large",
    "E0103": "the file is not UTF-8 text",
    "E0104": "the file is not valid YAML",
    "E0105": "the file is empty",
    "E0106": "more than one document in a file",
    "E0107": "a key stands twice in a table",
    "E0108": "a key is not plain text",
    "E0109": "YAML tags are not used",
    "E0110": "an alias is unusable",
    "E0111": "the file is nested too deeply",
    "E0112": "the file is too large once its aliases are expanded",
    "E0113": "an include is not allowed",
    "E0114": "files include each other in a circle",
    "E0115": "a setting names no place of the file",
    "E0201": "unknown key",
    "E0202": "a key is missing",
    "E0203": "a table or a list is expected",
    "E0204": "not one of the allowed words",
    "E0205": "unusable name",
    "E0206": "another version of the language",
    "E0207": "a feature that this version lacks",
    "E0208": "keys that exclude each other",
    "E0301": "unknown body",
    "E0302": "unknown joint",
    "E0303": "unknown servo",
    "E0304": "unknown material",
    "E0305": "unknown template",
    "E0306": "a name stands for two things",
    "E0307": "unknown name in an expression",
    "E0308": "constants depend on each other in a circle",
    "E0309": "the arguments of a template do not fit",
    "E0310": "templates use each other in a circle",
    "E0311": "a `for` makes too many instances",
    "E0312": "a `for` is not understood",
    "E0313": "unknown path to a number",
    "E0314": "a number cannot be made a parameter",
    "E0401": "an expression is not understood",
    "E0402": "a quantity has the wrong dimension",
    "E0403": "quantities of different dimensions are combined",
    "E0404": "a quantity has the wrong shape",
    "E0405": "a number is out of range",
    "E0406": "an expression has no finite value",
    "E0407": "a whole number is expected",
    "E0408": "a function is called wrongly",
    "E0409": "a direction has no length",
    "E0410": "bounds do not enclose the value",
    "E0411": "an expression is too large",
    "E0501": "a body has no inertia",
    "E0502": "the inertia of the spheres is not principal",
    "E0503": "a body has more poses than one",
    "E0504": "joints form a circle without a root",
    "E0505": "a joint connects a body to itself",
    "E0506": "a planar body leaves its plane",
    "E0507": "the axes of a joint are parallel",
    "E0508": "an actuator does not fit what it acts on",
    "E0509": "reversed limits",
    "E0510": "a sensor does not fit what it reads",
    "E0511": "nothing can move",
    "E0512": "a joint connects what cannot move",
    "E0513": "Runge-Kutta steps with constraints",
    "W0601": "bodies start in penetration",
    "W0602": "an inertia that no rigid body has",
    "W0603": "an initial position outside its limits",
    "W0604": "limits beyond the joint's reach",
    "W0605": "a servo too stiff for the time step",
    "W0606": "a pair that can never touch",
    "W0607": "a parameter that influences nothing",
    "W0608": "impacts in maximal coordinates",
}


def explain(code: str) -> str:
    """The page on `code`, as Markdown; KeyError where there is no such code."""
    code = code.strip().upper()
    if code not in CODES:
        raise KeyError(code)
    return resources.files("scenec").joinpath("explain", f"{code}.md").read_text("utf-8")

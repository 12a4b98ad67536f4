from scenec.inspection import as_text, counts
from scenert.abi import Actuator, Body, Field, Joint, Manifest, Parameter

MANIFEST = Manifest(
    name="robot",
    compiler="by hand",
    timestep=0.01,
    options={"solver": "pgs"},
    parameters=(Parameter("size", (3,), "m", value=(1.0, 2.0, 3.0)), Parameter("mass", (), "kg")),
    state=(Field("q", (13,), ""), Field("v", (7,), "")),
    sensors=(Field("imu", (15,), ""), Field("height", (), "m")),
    bodies=(Body("torso", "free", (0, 12), (0, 6)), Body("leg", "jointed")),
    joints=(Joint("hip", "hinge", "torso", "leg"), Joint("toe", "weld", "leg", "foot")),
    actuators=(Actuator("hip", "servo", "hip", (0, 1), "rad"),),
    rows={"contact": 12, "limit": 1},
)


def test_counts_are_counted():
    table = dict(counts(MANIFEST))
    assert table["bodies"] == "2"
    assert table["joints"] == "2 (1 hinge, 1 weld)"
    assert table["velocity states"] == "7"
    assert table["constraint rows"] == "13"
    assert table["  contact"] == "12"
    assert table["servos"] == "1 (1 servo)"
    assert table["sensors"] == "16 (scalars, in 2 sensors)"
    assert table["params"] == "2 (4 numbers)"


def test_text_is_aligned():
    assert as_text([("a", "1"), ("long", "2")]) == "a     1\nlong  2"

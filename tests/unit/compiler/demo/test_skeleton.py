import numpy as np
import pytest

from scenec.demo.skeleton import Skeleton
from scenert import Geometry, Poses
from scenert.abi import Body, Joint, Manifest, Sphere

MANIFEST = Manifest(
    name="robot",
    compiler="by hand",
    timestep=0.01,
    bodies=(Body("torso", "free"), Body("leg", "jointed")),
    joints=(Joint("hip", "hinge", "torso", "leg"), Joint("rail", "slide", "world", "torso")),
    spheres=(Sphere("leg"),),
)
GEOMETRY = Geometry(
    *(np.zeros(0),) * 3,
    center=np.array([[0.0, 0.0, -1.0]]),
    radius=np.array([0.1]),
    normal=np.zeros((0, 3)),
    offset=np.zeros(0),
    anchor=np.zeros((2, 3)),
    child_anchor=np.zeros((2, 3)),
    axes=np.zeros((2, 2, 3)),
)


def test_bones_follow_joints_and_reach_spheres():
    skeleton = Skeleton.of(MANIFEST, GEOMETRY)
    assert skeleton.bones == ((0, 1), (1, 2))
    assert skeleton.balls == ((2, 0.1),)


def test_points_ride_on_turned_bodies():
    quarter_about_y = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    poses = Poses(
        position=np.array([[[0.0, 5, 2], [0, 5, 1]]]),
        rotation=np.stack([np.eye(3), quarter_about_y])[None],
    )
    points = Skeleton.of(MANIFEST, GEOMETRY).side_view(poses)
    assert points == pytest.approx(np.array([[[0, 2], [0, 1], [-1, 1]]]))


def test_a_robot_without_spheres_has_only_joints():
    bare = Manifest(
        name="bare",
        compiler="by hand",
        timestep=0.01,
        bodies=MANIFEST.bodies,
        joints=MANIFEST.joints,
    )
    assert Skeleton.of(
        bare, GEOMETRY._replace(center=np.zeros((0, 3)), radius=np.zeros(0))
    ).bones == ((0, 1),)

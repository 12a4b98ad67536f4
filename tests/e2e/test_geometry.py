"""What a compiled scene says of the sizes and places of its parts."""

import jax
import numpy as np
import pytest

import scenec

SCENE = """
scenec: 1
params: {radius: 10 cm, reach: 40 cm}
world: {planes: {wall: {normal: [0, 2, 0], offset: -reach}}}
bodies:
  base: {mass: 2 kg, inertia: [1, 1, 1]}
  arm:
    mass: 1 kg
    inertia: {cylinder: [radius, 2 * reach]}
    spheres: [{center: [0, 0, reach], radius: radius}]
  lid: {mass: 1 kg, inertia: {box: [1 m, 2 m, radius]}}
joints:
  elbow: {type: hinge, parent: base, child: arm, anchor: [reach, 0, 0], axis: [0, 3, 0]}
  lid: {type: weld, parent: base, child: lid, child_anchor: [0, 0, radius]}
"""


@pytest.fixture(scope="module", params=["reduced", "maximal"])
def sim(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("scene") / "rig.yaml"
    path.write_text(SCENE)
    return scenec.compile(path, settings={"options.coordinates": request.param})


def test_sizes_and_places_are_those_of_the_author(sim):
    found = sim.geometry(sim.params())
    assert [body.solid for body in sim.manifest.bodies] == ["", "cylinder", "box"]
    np.testing.assert_allclose(found.mass, [2, 1, 1])
    np.testing.assert_allclose(found.inertia[0], [1, 1, 1])
    np.testing.assert_allclose(found.size, [[0, 0, 0], [0.1, 0.8, 0], [1, 2, 0.1]], rtol=1e-6)
    np.testing.assert_allclose(found.center, [[0, 0, 0.4]])
    np.testing.assert_allclose(found.radius, [0.1])
    np.testing.assert_allclose(found.normal, [[0, 1, 0]])
    np.testing.assert_allclose(found.offset, [-0.4])
    np.testing.assert_allclose(found.anchor, [[0.4, 0, 0], [0, 0, 0]])
    np.testing.assert_allclose(found.child_anchor, [[0, 0, 0], [0, 0, 0.1]])
    np.testing.assert_allclose(found.axes[:, 0], [[0, 1, 0], [0, 0, 0]])
    np.testing.assert_allclose(found.axes[:, 1], 0)


def test_they_follow_the_parameters(sim):
    slope = jax.jacobian(sim.geometry)(sim.params())
    np.testing.assert_allclose(slope.size["reach"], [[0, 0, 0], [0, 2, 0], [0, 0, 0]])
    np.testing.assert_allclose(slope.radius["radius"], [1])
    np.testing.assert_allclose(slope.anchor["reach"], [[1, 0, 0], [0, 0, 0]])

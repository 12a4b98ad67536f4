"""What is drawn of a robot: bones between the points where its bodies meet, and its spheres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scenert import Geometry, Poses
from scenert.abi import Manifest

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Skeleton:
    """Points that ride on bodies, bones between two points each, and balls around some of them.

    owner   (n_point,) index of the body on which each point rides
    offset  (n_point, 3) [m] where, in that body's frame
    bones   pairs of points
    balls   pairs of a point and a radius [m]
    """

    owner: NDArray[np.intp]
    offset: Numbers
    bones: tuple[tuple[int, int], ...]
    balls: tuple[tuple[int, float], ...]

    @staticmethod
    def of(manifest: Manifest, geometry: Geometry) -> Skeleton:
        """A bone for every joint, between the centres of its bodies, and one to every sphere."""
        index = {body.name: i for i, body in enumerate(manifest.bodies)}
        first = len(index)
        owner = [*index.values(), *(index[sphere.body] for sphere in manifest.spheres)]
        offset = [*([(0.0, 0.0, 0.0)] * first), *np.asarray(geometry.center).tolist()]
        joined = [(j.parent, j.child) for j in manifest.joints if j.parent in index]
        bones = [(index[parent], index[child]) for parent, child in joined]
        bones += [(owner[first + i], first + i) for i in range(len(manifest.spheres))]
        balls = [(first + i, float(radius)) for i, radius in enumerate(geometry.radius)]
        return Skeleton(np.array(owner), np.array(offset), tuple(bones), tuple(balls))

    def side_view(self, poses: Poses) -> Numbers:
        """Where the points are seen from the side: x and z [m], (n_frame, n_point, 2)."""
        position = np.asarray(poses.position, float)[:, self.owner]
        rotation = np.asarray(poses.rotation, float)[:, self.owner]
        points = position + np.einsum("fpij,pj->fpi", rotation, self.offset)
        side: Numbers = points[..., [0, 2]]
        return side

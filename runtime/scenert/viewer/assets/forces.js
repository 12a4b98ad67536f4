// Contact forces as arrows; the longest one of the motion is as long as a robot is large.
const forceLayer = { shown: forces !== null, arrows: [], longest: 0 };

function strongest() {
  let most = 0;
  for (const { rows } of forces ?? []) {
    for (let i = 0; i < rows.length; i += 6) most = Math.max(most, Math.hypot(rows[i + 3], rows[i + 4], rows[i + 5]));
  }
  return most;
}
forceLayer.longest = strongest();

// Forces act inside of the feet that they hold: they are seen through everything.
const arrowMaterial = new THREE.MeshStandardMaterial({ roughness: 0.5, transparent: true, opacity: 0.9, depthTest: false });
theme.follow((colors) => arrowMaterial.color.set(colors.force));
const shaftShape = new THREE.CylinderGeometry(1, 1, 1, 16).translate(0, 0.5, 0).rotateX(Math.PI / 2);
const headShape = new THREE.ConeGeometry(1, 1, 20).translate(0, 0.5, 0).rotateX(Math.PI / 2);

function makeArrow() {
  const arrow = new THREE.Group();
  for (const shape of [shaftShape, headShape]) {
    const mesh = new THREE.Mesh(shape, arrowMaterial);
    mesh.renderOrder = 1;
    arrow.add(mesh);
  }
  world.add(arrow);
  return arrow;
}

const UP = new THREE.Vector3(0, 0, 1), along = new THREE.Vector3();
function setArrow(arrow, rows, i, offset) {
  along.set(rows[i + 3], rows[i + 4], rows[i + 5]);
  const size = 0.45 * focus.radius[0] / (robots.length > 1 ? Math.sqrt(robots.length) : 1);
  const length = size * Math.sqrt(along.length() / forceLayer.longest), width = 0.016 * size;
  const head = Math.min(0.12 * size, 0.5 * length);
  const [shaft, tip] = arrow.children;
  arrow.position.set(rows[i] + offset[0], rows[i + 1] + offset[1], rows[i + 2] + offset[2]);
  arrow.quaternion.setFromUnitVectors(UP, along.normalize());
  shaft.scale.set(width, width, length - head);
  tip.scale.set(2.6 * width, 2.6 * width, head);
  tip.position.z = length - head;
  arrow.visible = true;
}

function drawForces(place) {
  forceLayer.arrows.forEach((arrow) => { arrow.visible = false; });
  if (!forceLayer.shown || !forceLayer.longest) return;
  const frame = place.share > 0 ? place.next : place.frame; // what acted on the way to that frame
  let used = 0;
  forces.forEach(({ starts, rows }, r) => {
    for (let i = starts[frame]; i < starts[frame + 1]; i++, used++) {
      if (used === forceLayer.arrows.length) forceLayer.arrows.push(makeArrow());
      setArrow(forceLayer.arrows[used], rows, 6 * i, robots[r].group.position.toArray());
    }
  });
}

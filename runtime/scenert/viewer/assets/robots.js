// The robots: a group for every body, and the parts that ride on it.
const layers = { body: true, sphere: true, joint: true, inertia: false, mark: true };

const SHAPES = {
  box: ([x, y, z]) => new THREE.BoxGeometry(x, y, z),
  sphere: ([r]) => new THREE.SphereGeometry(r, 40, 24),
  cylinder: ([r, h]) => new THREE.CylinderGeometry(r, r, h, 40).rotateX(Math.PI / 2),
  capsule: ([r, h]) => new THREE.CapsuleGeometry(r, h, 10, 28).rotateX(Math.PI / 2),
};

// Octants in turn a little lighter, so that a ball is seen to roll.
function mark(geometry) {
  const flat = geometry.toNonIndexed(), at = flat.attributes.position, colors = [];
  for (let i = 0; i < at.count; i += 3) {
    const middle = ["getX", "getY", "getZ"].map((get) => at[get](i) + at[get](i + 1) + at[get](i + 2));
    const shade = middle[0] * middle[1] * middle[2] > 0 ? 1 : 0.62;
    for (let n = 0; n < 9; n++) colors.push(shade);
  }
  return flat.setAttribute("color", new THREE.BufferAttribute(new Float32Array(colors), 3));
}

function materialOf(part, robot) {
  const material = new THREE.MeshStandardMaterial({ roughness: 0.62, metalness: 0.02, vertexColors: part.marked });
  if (part.role === "joint") theme.follow((colors) => material.color.set(colors.joint));
  else if (part.role === "mark") {
    theme.follow((colors) => material.color.set(colors.force));
    Object.assign(material, { transparent: true, opacity: 0.9, depthTest: false });
  }
  else material.color = bodyColor(robot, part);
  if (part.role === "sphere" && !part.marked) material.color.offsetHSL(0, -0.12, -0.06);
  if (part.role === "inertia") Object.assign(material, { transparent: true, opacity: 0.28, depthWrite: false });
  return material;
}

function meshOf(part, robot) {
  const geometry = SHAPES[part.kind](part.size);
  const mesh = new THREE.Mesh(part.marked ? mark(geometry) : geometry, materialOf(part, robot));
  mesh.position.set(...part.position);
  mesh.quaternion.set(...part.turn);
  mesh.castShadow = part.role !== "inertia";
  mesh.receiveShadow = part.role !== "inertia";
  mesh.userData.role = part.role;
  return mesh;
}

function makeRobot({ parts }, robot) {
  const group = new THREE.Group();
  group.position.set(...stage.offset[robot]);
  const bodies = Array.from({ length: DATA.poses.bodies }, () => new THREE.Group());
  const fixed = new THREE.Group();
  for (const part of parts) (bodies[part.body] ?? fixed).add(meshOf(part, robot));
  group.add(fixed, ...bodies);
  world.add(group);
  return { group, bodies };
}
const robots = DATA.robots.map(makeRobot);

function showLayers() {
  world.traverse((thing) => { if (thing.userData.role) thing.visible = layers[thing.userData.role]; });
}

const turnBefore = new THREE.Quaternion(), turnAfter = new THREE.Quaternion(), placeAfter = new THREE.Vector3();
function pose(place) {
  const count = DATA.poses.bodies;
  robots.forEach((robot, r) => robot.bodies.forEach((body, b) => {
    const before = ((r * frames + place.frame) * count + b) * 7, after = ((r * frames + place.next) * count + b) * 7;
    body.position.fromArray(poses, before).lerp(placeAfter.fromArray(poses, after), place.share);
    turnBefore.fromArray(poses, before + 3);
    body.quaternion.slerpQuaternions(turnBefore, turnAfter.fromArray(poses, after + 3), place.share);
  }));
}

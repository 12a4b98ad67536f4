// The stage: camera, light, floor and walls. z points up, as in the scene file.
const canvas = document.getElementById("canvas");
const renderer = new THREE.WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
renderer.shadowMap.enabled = true;
renderer.shadowMap.type = THREE.PCFShadowMap;

const world = new THREE.Scene();
const camera = new THREE.PerspectiveCamera(32, 1, 0.01, 1000);
camera.up.set(0, 0, 1);
const controls = new THREE.OrbitControls(camera, canvas);
controls.enableDamping = true;
controls.dampingFactor = 0.12;

const air = new THREE.HemisphereLight("#ffffff", "#8894a2", 1.5);
air.position.set(0, 0, 1);
const sun = new THREE.DirectionalLight("#ffffff", 2.2);
sun.castShadow = true;
sun.shadow.mapSize.set(2048, 2048);
sun.shadow.radius = 5;
sun.shadow.bias = -0.0002;
sun.shadow.normalBias = 0.003;
world.add(air, sun, sun.target);

const stage = DATA.stage;
const reach = focus.radius.reduce((a, b) => Math.max(a, b), 1e-3);
const floorHeight = stage.floor ?? stage.low[2] - 0.02 * reach;

function gridStep() {
  const exact = Math.log10(0.44 * focus.radius[0]);
  return 10 ** Math.floor(exact) * (exact - Math.floor(exact) > 0.7 ? 5 : exact - Math.floor(exact) > 0.3 ? 2 : 1);
}

// A floor with a grid that fades into the distance.
function makeFloor() {
  const material = new THREE.ShaderMaterial({
    transparent: true,
    depthWrite: false,
    uniforms: {
      grid: { value: new THREE.Color() }, floor: { value: new THREE.Color() },
      middle: { value: new THREE.Vector3() }, step: { value: gridStep() }, far: { value: 1 },
      solid: { value: stage.floor === null ? 0 : 1 },
    },
    vertexShader: `
      varying vec3 at;
      void main() { vec4 p = modelMatrix * vec4(position, 1.0); at = p.xyz; gl_Position = projectionMatrix * viewMatrix * p; }`,
    fragmentShader: `
      varying vec3 at;
      uniform vec3 grid, floor, middle; uniform float step, far, solid;
      void main() {
        vec2 cell = at.xy / step, line = abs(fract(cell - 0.5) - 0.5) / fwidth(cell);
        float mark = (1.0 - min(min(line.x, line.y), 1.0)) * 0.55;
        float fade = 1.0 - smoothstep(0.35, 1.0, distance(at.xy, middle.xy) / far);
        gl_FragColor = vec4(mix(floor, grid, mark), fade * mix(mark, 1.0, solid));
        #include <colorspace_fragment>
      }`,
  });
  const floor = new THREE.Mesh(new THREE.PlaneGeometry(1, 1), material);
  const shade = new THREE.Mesh(new THREE.PlaneGeometry(1, 1), new THREE.ShadowMaterial({ opacity: 0.22 }));
  shade.receiveShadow = true;
  shade.visible = stage.floor !== null;
  floor.renderOrder = -2;
  shade.renderOrder = -1;
  world.add(floor, shade);
  return { floor, shade };
}
const ground = makeFloor();

// Walls and ramps: a box for what is shown of each plane that is not the floor.
function makeWalls() {
  const material = new THREE.MeshStandardMaterial({ roughness: 0.9 });
  theme.follow((colors) => material.color.set(colors.wall));
  for (const { size, position, turn } of stage.walls) {
    const wall = new THREE.Mesh(new THREE.BoxGeometry(...size), material);
    wall.position.set(...position);
    wall.quaternion.set(...turn);
    wall.castShadow = wall.receiveShadow = true;
    world.add(wall);
  }
}
makeWalls();

theme.follow((colors) => {
  world.background = new THREE.Color(colors.sky);
  ground.floor.material.uniforms.grid.value.set(colors.grid);
  ground.floor.material.uniforms.floor.value.set(colors.floor);
  sun.intensity = colors.sun;
  air.intensity = colors.air;
});

function focusAt(place) {
  const mix = (array, i, n) => array[place.frame * n + i] * (1 - place.share) + array[place.next * n + i] * place.share;
  return { center: new THREE.Vector3(...[0, 1, 2].map((i) => mix(focus.center, i, 3))), radius: mix(focus.radius, 0, 1) };
}

const seen = focusAt({ frame: 0, next: 0, share: 0 });
function frameAll() {
  const narrow = Math.min(camera.aspect / 1.3, 1);
  const distance = seen.radius / Math.sin(THREE.MathUtils.degToRad(camera.fov / 2)) / narrow;
  controls.target.copy(seen.center);
  camera.position.copy(seen.center).addScaledVector(new THREE.Vector3(...stage.direction), distance);
}

// Move camera, light and floor along with the robots; the user's orbit and zoom stay.
function followFocus(place) {
  const now = focusAt(place);
  const shift = now.center.clone().sub(seen.center);
  const grown = now.radius / seen.radius;
  camera.position.add(shift);
  controls.target.add(shift);
  camera.position.sub(controls.target).multiplyScalar(grown).add(controls.target);
  Object.assign(seen, now);
  const r = seen.radius;
  sun.target.position.copy(seen.center);
  sun.position.copy(seen.center).add(new THREE.Vector3(-1.2 * r, -1.6 * r, 3.2 * r));
  Object.assign(sun.shadow.camera, { left: -1.5 * r, right: 1.5 * r, top: 1.5 * r, bottom: -1.5 * r, near: 0.1 * r, far: 9 * r });
  sun.shadow.camera.updateProjectionMatrix();
  for (const mesh of [ground.floor, ground.shade]) {
    mesh.position.set(seen.center.x, seen.center.y, floorHeight - (mesh === ground.floor ? 0.002 : 0.001) * r);
    mesh.scale.setScalar(24 * r);
  }
  ground.floor.material.uniforms.middle.value.copy(seen.center);
  ground.floor.material.uniforms.far.value = 9 * r;
  camera.near = 0.02 * r;
  camera.far = 60 * r;
  camera.updateProjectionMatrix();
}

function fitCanvas() {
  const { clientWidth: width, clientHeight: height } = canvas.parentElement;
  if (!width || !height) return;
  renderer.setSize(width, height, false);
  camera.aspect = width / height;
  camera.setViewOffset(width, height, 0, 24, width, height); // clear of the bar at the bottom
  camera.updateProjectionMatrix();
}

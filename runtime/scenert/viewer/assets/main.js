// The page: what is shown, and the loop that shows it.
function addToggle(label, pressed, change) {
  const button = document.createElement("button");
  button.textContent = label;
  button.setAttribute("aria-pressed", pressed);
  button.addEventListener("click", () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", now);
    change(now);
    player.changed = true;
  });
  document.getElementById("layers").append(button);
}

function makeToggles() {
  const roles = new Set(DATA.robots.flatMap(({ parts }) => parts.map((part) => part.role)));
  const labels = { sphere: "Spheres", joint: "Joints", inertia: "Inertia" };
  for (const [role, label] of Object.entries(labels)) {
    if (roles.has(role)) addToggle(label, layers[role], (shown) => { layers[role] = shown; showLayers(); });
  }
  if (forceLayer.longest) addToggle("Forces", true, (shown) => { forceLayer.shown = shown; });
  if (robots.length > 1) {
    addToggle("Side by side", true, (apart) => robots.forEach(({ group }, r) => {
      group.position.set(...(apart ? stage.offset[r] : stage.offset[0]));
    }));
  }
  if (plots.length) addToggle("Plots", !panel.hidden, (shown) => { panel.hidden = !shown; resize(); });
  addToggle("Dark", theme.name === "dark", (dark) => theme.set(dark ? "dark" : "light"));
}

function summarize() {
  const many = robots.length > 1 ? `${robots.length} robots, ` : "";
  document.getElementById("summary").textContent = `${many}${DATA.poses.bodies} ${DATA.poses.bodies > 1 ? "bodies" : "body"}, ${duration.toFixed(2)} s`;
}

function resize() {
  fitCanvas();
  charts.forEach(drawChart);
  placeHead();
  player.changed = true;
}

let last = performance.now();
function loop(now) {
  player.advance(Math.min((now - last) / 1000, 0.1));
  last = now;
  const moved = controls.update();
  if (player.changed || moved) {
    player.changed = false;
    player.show();
    pose(player.place);
    drawForces(player.place);
    followFocus(player.place);
    showValues(player.place);
    renderer.render(world, camera);
  }
  requestAnimationFrame(loop);
}

makePlots();
panel.hidden = !plots.length || innerWidth < 720;
makeToggles();
showLayers();
summarize();
fitCanvas();
frameAll();
new ResizeObserver(resize).observe(document.getElementById("view"));
requestAnimationFrame(loop);

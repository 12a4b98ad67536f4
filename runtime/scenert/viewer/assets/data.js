// The numbers of the page: arrays are base64 of little-endian float32.
function floats(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

const frames = DATA.time.frames;
const duration = (frames - 1) * DATA.time.step;
const poses = floats(DATA.poses.values); // robot, frame, body, [x y z, qx qy qz qw]
const focus = { center: floats(DATA.stage.center), radius: floats(DATA.stage.radius) };
const forces = DATA.forces && DATA.forces.map((f) => ({ starts: f.starts, rows: floats(f.rows) }));
const plots = DATA.plots.map((plot) => ({ ...plot, values: floats(plot.values) }));

// The frame at `time` [s] and how far, from 0 to 1, the moment is towards the next one.
function placeOf(time) {
  const exact = frames > 1 ? Math.min(Math.max(time / DATA.time.step, 0), frames - 1) : 0;
  const frame = Math.min(Math.floor(exact), Math.max(frames - 2, 0));
  return { frame, next: Math.min(frame + 1, frames - 1), share: exact - frame };
}

// Sensors and control over time: a small chart each, on one time axis with one line for "now".
const panel = document.getElementById("panel"), list = document.getElementById("plots");
const playhead = document.getElementById("playhead"), search = document.getElementById("search");
const charts = [];
let chosen = 0; // the robot whose readings are in front

function number(x) {
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return x.toExponential(1);
  return x.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

function makeChart(plot) {
  const box = document.createElement("section");
  box.className = "plot";
  box.innerHTML = "<h2><span></span><span></span></h2><canvas></canvas>";
  const [name, value] = box.querySelectorAll("span"), paper = box.querySelector("canvas");
  name.textContent = plot.name;
  name.title = `${plot.name}: click to enlarge`;
  box.querySelector("h2").addEventListener("click", () => { box.classList.toggle("large"); drawChart(chart); placeHead(); });
  paper.setAttribute("role", "img");
  paper.setAttribute("aria-label", `${plot.name} over time`);
  const seek = (event) => { if (event.buttons) player.seek((event.offsetX / paper.clientWidth) * duration); };
  paper.addEventListener("pointerdown", seek);
  paper.addEventListener("pointermove", seek);
  list.append(box);
  const readings = Array.from({ length: plot.size > 3 ? 0 : plot.size }, (_, i) => {
    const reading = document.createElement("b");
    if (plot.size > 1) reading.style.color = LINES[i % LINES.length];
    value.append(reading, " ");
    return reading;
  });
  if (plot.unit !== "1") value.append(plot.unit);
  const chart = { plot, box, readings, paper };
  charts.push(chart);
}

function range({ values }) {
  let low = Infinity, high = -Infinity;
  for (const x of values) if (Number.isFinite(x)) { low = Math.min(low, x); high = Math.max(high, x); }
  const slack = Math.max(0.06 * (high - low), 1e-9 + 1e-6 * Math.abs(high));
  return [low - slack, high + slack];
}

function drawChart({ plot, paper, box }) {
  const ratio = devicePixelRatio || 1, width = paper.clientWidth, height = paper.clientHeight;
  if (!width) return;
  paper.width = width * ratio;
  paper.height = height * ratio;
  const ink = paper.getContext("2d"), [low, high] = range(plot);
  ink.scale(ratio, ratio);
  const x = (frame) => (frames > 1 ? (frame / (frames - 1)) * width : 0);
  const y = (value) => height - 1 - ((value - low) / (high - low)) * (height - 2);
  const style = getComputedStyle(document.documentElement);
  if (low < 0 && high > 0) line(ink, style.getPropertyValue("--line"), 1, [[0, y(0)], [width, y(0)]]);
  const order = [...DATA.robots.keys()].filter((r) => r !== chosen).concat(chosen);
  for (const robot of order) {
    for (let i = 0; i < plot.size; i++) {
      const points = Array.from({ length: frames }, (_, f) => [x(f), y(plot.values[(robot * frames + f) * plot.size + i])]);
      ink.globalAlpha = robot === chosen ? 1 : 0.22;
      line(ink, plot.size === 1 ? hueOf(robot) : LINES[i % LINES.length], 1.4, points);
    }
  }
  ink.globalAlpha = 1;
  if (box.classList.contains("large")) {
    ink.fillStyle = style.getPropertyValue("--quiet");
    ink.font = "11px system-ui, sans-serif";
    ink.fillText(number(high), 2, 11);
    ink.fillText(number(low), 2, height - 4);
  }
}

function line(ink, color, width, points) {
  ink.strokeStyle = color;
  ink.lineWidth = width;
  ink.lineJoin = "round";
  ink.beginPath();
  points.forEach(([x, y], i) => (i ? ink.lineTo(x, y) : ink.moveTo(x, y)));
  ink.stroke();
}

function showValues(place) {
  const frame = place.share < 0.5 ? place.frame : place.next;
  for (const { plot, readings } of charts) {
    const start = (chosen * frames + frame) * plot.size;
    readings.forEach((reading, i) => { reading.textContent = number(plot.values[start + i]); });
  }
  placeHead(place);
}

function placeHead(place = player.place) {
  const width = charts[0]?.paper.clientWidth ?? 0;
  playhead.style.left = `${frames > 1 ? ((place.frame + place.share) / (frames - 1)) * width : 0}px`;
  const last = charts.findLast(({ box }) => !box.hidden);
  playhead.style.height = `${last ? last.box.offsetTop + last.box.offsetHeight : 0}px`;
}

function makeChips() {
  if (DATA.robots.length < 2) return;
  const chips = DATA.robots.map(({ name }, r) => {
    const chip = document.createElement("button");
    chip.className = "chip";
    chip.innerHTML = `<i style="background:${hueOf(r)}"></i>`;
    chip.append(name);
    chip.addEventListener("click", () => choose(r));
    return chip;
  });
  document.getElementById("chips").append(...chips);
  function choose(robot) {
    chosen = robot;
    chips.forEach((chip, r) => chip.setAttribute("aria-pressed", r === robot));
    charts.forEach(drawChart);
    if (player.place) showValues(player.place);
  }
  choose(0);
}

function makePlots() {
  let group = "";
  for (const plot of plots) {
    if (plot.group !== group && plot.group === "control") {
      const title = document.createElement("p");
      title.className = "group";
      title.textContent = plot.group;
      list.append(title);
    }
    group = plot.group;
    makeChart(plot);
  }
  makeChips();
  search.hidden = plots.length < 9;
  search.addEventListener("input", () => {
    charts.forEach(({ plot, box }) => { box.hidden = !plot.name.toLowerCase().includes(search.value.toLowerCase()); });
    placeHead();
  });
  theme.listeners.push(() => charts.forEach(drawChart));
}

// Light and dark. Robots differ in hue or, where there is one, its trees; the bodies of a tree in
// lightness.
const THEMES = {
  light: { sky: "#eef2f6", floor: "#f7f9fb", grid: "#b4bfcb", joint: "#4b5663", force: "#d9480f", wall: "#b9c4cf", sun: 2.2, air: 1.5 },
  dark: { sky: "#10151b", floor: "#171d25", grid: "#3d4a58", joint: "#b9c4d0", force: "#ff8c42", wall: "#4d5d6e", sun: 2.0, air: 0.9 },
};
const HUES = ["#3f7fbf", "#dd8452", "#4f9d69", "#a06cb4", "#c9a227", "#5aa3a8", "#c25b6e", "#7d8794"];
const LINES = ["#3f7fbf", "#dd8452", "#4f9d69", "#a06cb4", "#c9a227", "#5aa3a8", "#c25b6e", "#7d8794", "#8c6d5a"];

const theme = {
  name: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  listeners: [],
  get colors() { return THEMES[this.name]; },
  set(name) {
    this.name = name;
    document.documentElement.dataset.theme = name;
    this.listeners.forEach((listener) => listener(this.colors));
  },
  follow(listener) {
    this.listeners.push(listener);
    listener(this.colors);
  },
};
document.documentElement.dataset.theme = theme.name;

function hueOf(robot) { return HUES[robot % HUES.length]; }

// The colour of a body: deeper in the tree, lighter and darker in turn.
function bodyColor(robot, { tree, depth }) {
  const color = new THREE.Color(hueOf(DATA.robots.length > 1 ? robot : tree));
  const shift = [0, 0.13, -0.07, 0.07][depth % 4];
  return color.offsetHSL(0, shift ? -0.06 : 0, shift);
}

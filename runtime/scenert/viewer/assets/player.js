// Time: play and pause, the slider, the speed, and the keyboard.
const ICONS = {
  play: '<svg viewBox="0 0 16 16"><path d="M4 2.2v11.6a.7.7 0 0 0 1.1.6l8.8-5.8a.7.7 0 0 0 0-1.2L5.1 1.6A.7.7 0 0 0 4 2.2z"/></svg>',
  pause: '<svg viewBox="0 0 16 16"><rect x="3" y="2" width="3.6" height="12" rx="1"/><rect x="9.4" y="2" width="3.6" height="12" rx="1"/></svg>',
};
const playButton = document.getElementById("play"), slider = document.getElementById("slider");
const clock = document.getElementById("clock"), speed = document.getElementById("speed");

const player = {
  time: 0,
  playing: false,
  changed: true,
  place: placeOf(0),

  seek(time) {
    this.time = Math.min(Math.max(time, 0), duration);
    this.changed = true;
  },
  toggle(playing = !this.playing) {
    this.playing = playing && duration > 0;
    playButton.innerHTML = this.playing ? ICONS.pause : ICONS.play;
    playButton.setAttribute("aria-label", this.playing ? "Pause" : "Play");
    playButton.setAttribute("aria-pressed", this.playing);
  },
  // Let `elapsed` seconds of the viewer's time pass; at the end it starts again.
  advance(elapsed) {
    if (!this.playing) return;
    const time = this.time + elapsed * Number(speed.value);
    this.seek(time > duration ? 0 : time);
  },
  show() {
    this.place = placeOf(this.time);
    slider.value = duration ? this.time / duration : 0;
    clock.innerHTML = `<b>${this.time.toFixed(2)}</b> / ${duration.toFixed(2)} s`;
  },
};

playButton.addEventListener("click", () => player.toggle());
slider.addEventListener("input", () => player.seek(Number(slider.value) * duration));
addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=search], select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const steps = { ArrowLeft: -DATA.time.step, ArrowRight: DATA.time.step, Home: -Infinity, End: Infinity };
  if (event.key === " " && event.target !== playButton) player.toggle();
  else if (event.key in steps) player.seek(player.time + steps[event.key]);
  else return;
  event.preventDefault();
});
player.toggle(false);

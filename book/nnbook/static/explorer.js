// Moves the explorers of a built page: swaps pre-rendered frames, loads them only for a reader
// who reaches for the controls, and keeps the words in step with the picture.
"use strict";

(() => {
  const SECONDS_OF_PLAY = 6;

  function start(box) {
    const frames = JSON.parse(box.querySelector("script.nn-frames").textContent);
    const controls = box.querySelector(".nn-controls");
    const control = controls.querySelector("input, select");
    const play = controls.querySelector(".nn-play");
    const value = controls.querySelector(".nn-value");
    const image = box.querySelector(".nn-picture img");
    const words = box.querySelector(".nn-words > span");
    const slider = control.type === "range";
    const pictures = [];
    let timer = null;

    // The frame nearest to where the slider stands; frames need not be evenly spaced.
    function index() {
      if (!slider) return control.selectedIndex;
      const distance = (i) => Math.abs(frames[i][0] - control.valueAsNumber);
      return frames.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
    }

    function load(i) {
      pictures[i] ??= Object.assign(new Image(), { src: frames[i][3] });
      return pictures[i];
    }

    // Once a reader reaches for the controls, the rest follows, the neighbours first.
    let warmed = false;
    function warm() {
      if (warmed) return;
      warmed = true;
      const here = index();
      frames
        .map((_, i) => i)
        .sort((a, b) => Math.abs(a - here) - Math.abs(b - here))
        .forEach(load);
    }

    async function show() {
      const i = index();
      const [, label, text] = frames[i];
      if (value) value.textContent = label;
      if (slider) control.setAttribute("aria-valuetext", text);
      const next = load(i);
      try {
        await next.decode();
      } catch {
        return;
      }
      if (i !== index()) return; // a later step overtook this one
      image.src = next.src;
      image.alt = text;
      words.textContent = text;
    }

    function move(i) {
      if (slider) control.value = frames[i][0];
      else control.selectedIndex = i;
      show();
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      play.textContent = "Play";
    }

    function go() {
      warm();
      if (index() === frames.length - 1) move(0);
      const pause = Math.min(800, Math.max(120, (1000 * SECONDS_OF_PLAY) / frames.length));
      timer = setInterval(() => {
        if (!box.contains(control) || index() === frames.length - 1) stop();
        else move(index() + 1);
      }, pause);
      play.textContent = "Pause";
    }

    for (const event of ["pointerenter", "pointerdown", "focusin"]) {
      controls.addEventListener(event, warm, { once: true });
    }
    control.addEventListener("input", () => {
      if (timer) stop();
      show();
    });
    play?.addEventListener("click", () => (timer ? stop() : go()));
    controls.hidden = false;
  }

  document.querySelectorAll(".nn-explorer").forEach(start);
})();

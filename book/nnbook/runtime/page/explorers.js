// Explorers with Python behind them. The page keeps the controls and the picture that it has; the
// other controls appear where a line said that they are fixed.
"use strict";

(() => {
  const live = new Map(); // by the number that Python gave
  const REST = 200; // milliseconds without a move

  // Pixels go straight into a canvas. An image would have to be decoded first, which takes as long as
  // half the drawing in Python.
  function canvas(still) {
    const made = nnLive.element("canvas", "dark-light");
    made.setAttribute("role", "img");
    made.still = still; // what it stands for, until the page is reset
    return made;
  }

  // The parts of an explorer as the built page has them, for one that the page does not know.
  function build(spec) {
    const { element } = nnLive;
    const box = element("div", "nn-explorer");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", spec.title);
    const title = element("p", "nn-title", spec.title);
    title.setAttribute("aria-hidden", "true");
    const picture = element("div", "nn-picture nn-scroll");
    picture.append(element("img", "dark-light"));
    const words = element("p", "nn-words");
    words.setAttribute("aria-hidden", "true");
    words.append(element("span"));
    box.append(title, picture, words);
    return box;
  }

  // A row with one control, as in the built page; `at` is the place of its value.
  function row(spec, control, at, changed) {
    const { element } = nnLive;
    const line = element("div", "nn-controls nn-more");
    const label = element("label", "", control.label);
    const id = `nn-live-${spec.id}-${control.name}`;
    label.htmlFor = id;
    line.append(label);
    if (control.kind === "slider") {
      const input = element("input");
      const [min, max, step] = control.range;
      Object.assign(input, { type: "range", id, min, max, step, autocomplete: "off" });
      input.value = control.values[at];
      const value = element("span", "nn-value", control.texts[at]);
      value.setAttribute("aria-hidden", "true");
      line.append(input, value);
      line.style.setProperty("--nn-chars", Math.max(...control.texts.map((t) => t.length)));
    } else {
      const select = element("select");
      Object.assign(select, { id, autocomplete: "off" });
      control.texts.forEach((text, i) => select.add(new Option(text, i, i === at, i === at)));
      line.append(select);
    }
    if (control.play) {
      const play = element("button", "nn-play", "Play");
      play.type = "button";
      line.append(play);
    }
    connect(line, control, changed);
    return line;
  }

  function place(line, control) {
    const input = line.querySelector("input, select");
    if (control.kind !== "slider") return input.selectedIndex;
    const value = input.valueAsNumber;
    const distance = (i) => Math.abs(control.values[i] - value);
    return control.values.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
  }

  // Lets a control call `changed`. It listens before the script of the static page, which then
  // hears nothing. Returns a function that ends this.
  function connect(line, control, changed) {
    const ends = new AbortController();
    const options = { capture: true, signal: ends.signal };
    const input = line.querySelector("input, select");
    const play = line.querySelector(".nn-play");
    const value = line.querySelector(".nn-value");
    let timer = null;

    function update() {
      if (value) value.textContent = control.texts[place(line, control)];
      changed();
    }

    function stop() {
      clearInterval(timer);
      timer = null;
      if (play) play.textContent = "Play";
    }

    function move(at) {
      if (control.kind === "slider") input.value = control.values[at];
      else input.selectedIndex = at;
      update();
    }

    function go() {
      const last = control.texts.length - 1;
      if (place(line, control) === last) move(0);
      timer = setInterval(() => {
        const at = place(line, control);
        if (!line.isConnected || at === last) stop();
        else move(at + 1);
      }, 300);
      play.textContent = "Pause";
    }

    line.addEventListener(
      "input",
      (event) => {
        if (event.target !== input) return;
        event.stopPropagation();
        stop();
        update();
      },
      options,
    );
    line.addEventListener(
      "click",
      (event) => {
        if (event.target !== play) return;
        event.stopPropagation();
        if (timer) stop();
        else go();
      },
      options,
    );
    return () => {
      stop();
      ends.abort();
    };
  }

  class Explorer {
    constructor(spec, box, places = {}) {
      this.spec = spec;
      this.box = box;
      this.main = spec.controls.find((control) => control.name === spec.main);
      this.picture = box.querySelector(".nn-picture");
      this.canvas = this.picture.querySelector("canvas") ?? canvas(this.picture.querySelector("img"));
      this.words = box.querySelector(".nn-words > span");
      this.more = nnLive.element("div", "nn-others");
      this.lines = new Map();
      this.drawing = false;
      this.stale = false;
      this.careful = false;
      this.left = []; // undone by release()
      this.sketches = new Map();
      const changed = () => this.draw();
      const given = box.querySelector(":scope > .nn-controls");
      if (this.fits(given)) {
        if (given.querySelector(".nn-play")?.textContent === "Pause") given.querySelector(".nn-play").click();
        this.lines.set(this.main.name, given);
        this.left.push(connect(given, this.main, changed));
      } else {
        const line = row(spec, this.main, this.main.start, changed);
        if (given) {
          given.replaceWith(line);
          this.left.push(() => line.replaceWith(given));
        } else this.picture.before(line);
        this.lines.set(this.main.name, line);
      }
      for (const control of spec.controls) {
        if (control === this.main) continue;
        const before = places[control.name];
        const at = Math.min(Number.isInteger(before) ? before : control.start, control.texts.length - 1);
        const line = row(spec, control, at, changed);
        this.lines.set(control.name, line);
        this.more.append(line);
      }
      const fixed = box.querySelector(".nn-fixed");
      if (fixed) {
        fixed.replaceWith(this.more);
        this.left.push(() => this.more.replaceWith(fixed));
      } else {
        this.picture.before(this.more); // all controls stand together
        this.left.push(() => this.more.remove());
      }
      this.sketch(changed, places);
      box.dataset.live = "true";
    }

    // Curves that are drawn, on the picture too.
    sketch(changed, places) {
      for (const control of this.spec.controls.filter((one) => one.sketch)) {
        const made = new nnLive.Sketch(control, this.lines.get(control.name), changed);
        made.on(this.canvas);
        this.sketches.set(control.name, made);
        this.left.unshift(() => made.release(this.canvas));
        if (Array.isArray(places[control.name])) made.restore(places[control.name]);
      }
    }

    // Whether the control of the built page still is that of the explorer: a reader may have edited.
    fits(line) {
      const input = line?.querySelector("input, select");
      if (!input) return false;
      if (this.main.kind === "slider") {
        const [min, max, step] = this.main.range.map(Number);
        return +input.min === min && +input.max === max && +input.step === step;
      }
      const texts = [...(input.options ?? [])].map((option) => option.text);
      return texts.join("\n") === this.main.texts.join("\n");
    }

    places() {
      return Object.fromEntries(
        this.spec.controls.map((control) => [
          control.name,
          this.sketches.get(control.name)?.place() ?? place(this.lines.get(control.name), control),
        ]),
      );
    }

    // One picture is drawn at a time; if the controls moved meanwhile, the newest values follow.
    // While the controls move the picture is drawn in haste, and with care once they rest.
    draw(hasty = this.careful) {
      clearTimeout(this.rest);
      if (this.drawing) {
        this.stale = true;
        return;
      }
      this.drawing = true;
      this.stale = false;
      this.hasty = hasty;
      this.asked = performance.now();
      nnLive.post({
        type: "draw",
        cell: this.cell,
        explorer: this.spec.id,
        places: this.places(),
        density: 2,
        hasty,
      });
    }

    drawn() {
      this.drawing = false;
      this.careful = true; // there is a picture whose layout can be kept
      if (this.stale) this.draw();
      else if (this.hasty) this.rest = setTimeout(() => this.draw(false), REST);
    }

    show({ text, width, height, columns, rows, window, buffers }) {
      this.error?.remove();
      for (const sketch of this.sketches.values()) sketch.window = window;
      Object.assign(this.canvas, { width: columns, height: rows });
      this.canvas.style.aspectRatio = `${width} / ${height}`;
      this.canvas.setAttribute("aria-label", text);
      const pixels = new ImageData(new Uint8ClampedArray(buffers[0].buffer), columns, rows);
      this.canvas.getContext("2d").putImageData(pixels, 0, 0);
      this.canvas.still.replaceWith(this.canvas); // does nothing from the second picture on
      this.box.style.setProperty("--nn-width", `${width}px`);
      this.words.textContent = text;
      const longest = this.words.parentElement;
      if (text.length > (longest.dataset.longest ?? "").length) longest.dataset.longest = text;
      for (const line of this.lines.values()) {
        line.querySelector("input")?.setAttribute("aria-valuetext", text);
      }
      if (this.hasty || !this.careful) {
        this.box.dataset.drawn = String(Math.round(performance.now() - this.asked));
      }
      performance.mark("nn-picture");
      this.drawn();
    }

    fail(error) {
      this.error?.remove();
      this.error = nnLive.element("div", "output traceback nn-error");
      this.error.append(nnLive.element("pre", "", error.traceback.join("")));
      this.box.append(this.error);
      this.drawn();
    }

    // Gives the box back as the built page had it, with the frame for its control's value.
    release(withFrame) {
      clearTimeout(this.rest);
      this.left.forEach((undo) => undo());
      this.error?.remove();
      delete this.box.dataset.live;
      delete this.box.dataset.drawn;
      if (!withFrame) return; // the cell runs again, and its new explorer takes over the canvas
      this.canvas.replaceWith(this.canvas.still);
      if (this.box.querySelector(".nn-frames")) {
        this.box.querySelector(".nn-controls :is(input, select)").dispatchEvent(new Event("input"));
      }
    }
  }

  // Shows the explorer of an output. `context.explorer` is the box that the cell had before.
  nnLive.explorer = (spec, output, context) => {
    const box = context.explorer ?? build(spec);
    output.append(box);
    const made = new Explorer(spec, box, context.places);
    made.cell = context.cell;
    live.set(spec.id, made);
    context.made?.(made);
    made.draw();
  };
  nnLive.picture = (message) => live.get(message.explorer)?.show(message);
  nnLive.undrawn = (message) => live.get(message.explorer)?.fail(message.error);
  nnLive.forgetExplorers = () => live.clear();
})();

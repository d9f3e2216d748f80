// Curves that a reader draws: with finger or mouse on the picture, or by a row of upright sliders.
"use strict";

(() => {
  const YOUR_OWN = "your own";

  // The value of a sketch: one of the given curves, by its place in the menu, or heights.
  class Sketch {
    constructor(control, line, changed) {
      this.control = control;
      this.spec = control.sketch;
      this.menu = line.querySelector("select");
      this.changed = changed;
      this.heights = null; // those of the reader
      this.ends = new AbortController();
      this.row = this.sliders(line);
      // Above the menu, so that it hears before the listener that draws: that must find the new curve.
      line.parentElement.addEventListener(
        "input",
        (event) => event.target === this.menu && this.pick(),
        { capture: true, signal: this.ends.signal },
      );
    }

    curve() {
      return this.heights ?? this.spec.curves[Math.max(this.menu.selectedIndex, 0)];
    }

    place() {
      return this.heights ?? Math.max(this.menu.selectedIndex, 0);
    }

    // A slider for each height, so that a keyboard can draw too.
    sliders(line) {
      const { element } = nnLive;
      const { low, high, step, left, right } = this.spec;
      const row = element("div", "nn-sketch");
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", `${this.control.label}: its heights`);
      const last = this.spec.curves[0].length - 1;
      this.curve().forEach((height, i) => {
        const input = element("input");
        Object.assign(input, { type: "range", min: low, max: high, step, autocomplete: "off" });
        input.value = height;
        const at = left + ((right - left) * i) / last;
        input.setAttribute("aria-label", `height at ${Number(at.toPrecision(3))}`);
        input.setAttribute("aria-orientation", "vertical");
        input.addEventListener("input", (event) => {
          event.stopPropagation();
          this.set(i, input.valueAsNumber);
          this.draw();
        });
        row.append(input);
      });
      line.after(row);
      return row;
    }

    set(i, height) {
      const { low, high } = this.spec;
      this.heights ??= [...this.curve()];
      this.heights[i] = Math.min(high, Math.max(low, height));
    }

    draw() {
      this.mark();
      this.changed();
    }

    // The menu says whose curve it is.
    mark() {
      const given = this.spec.curves.length;
      if (!this.heights) return;
      if (this.menu.options.length === given) this.menu.add(new Option(YOUR_OWN));
      this.menu.selectedIndex = given;
    }

    pick() {
      if (this.menu.selectedIndex === this.spec.curves.length) return;
      this.heights = null;
      if (this.menu.options.length > this.spec.curves.length) this.menu.options.length -= 1;
      this.follow();
    }

    restore(heights) {
      this.heights = heights;
      this.mark();
      this.follow();
    }

    follow() {
      this.curve().forEach((height, i) => {
        this.row.children[i].value = height;
      });
    }

    // Lets the pointer draw on the picture. Until Python has drawn, ink shows where it went.
    on(canvas) {
      const options = { signal: this.ends.signal };
      let last = null;
      canvas.dataset.sketch = "true";
      const draw = (event) => {
        const at = this.point(canvas, event);
        this.stroke(last ?? at, at);
        this.ink(canvas, last ?? at, at);
        last = at;
        this.follow();
        this.draw();
      };
      canvas.addEventListener(
        "pointerdown",
        (event) => {
          if (event.button !== 0 || !this.window) return;
          event.preventDefault();
          canvas.setPointerCapture(event.pointerId);
          last = null;
          draw(event);
        },
        options,
      );
      canvas.addEventListener("pointermove", (event) => last && draw(event), options);
      for (const end of ["pointerup", "pointercancel"]) {
        canvas.addEventListener(end, () => (last = null), options);
      }
    }

    // The point of the first axes at which the pointer is.
    point(canvas, event) {
      const [left, bottom, width, height, x0, x1, y0, y1] = this.window;
      const box = canvas.getBoundingClientRect();
      const across = (event.clientX - box.left) / box.width;
      const up = 1 - (event.clientY - box.top) / box.height;
      return {
        x: x0 + ((across - left) / width) * (x1 - x0),
        y: y0 + ((up - bottom) / height) * (y1 - y0),
        across,
        up,
      };
    }

    // All places that the pointer has passed get their heights, also those that a fast one jumped.
    stroke(from, to) {
      const { left, right, curves } = this.spec;
      const last = curves[0].length - 1;
      const place = (x) => Math.min(last, Math.max(0, Math.round(((x - left) / (right - left)) * last)));
      const [a, b] = [place(from.x), place(to.x)];
      const steps = Math.abs(b - a);
      for (let k = 0; k <= steps; k += 1) {
        const share = steps ? k / steps : 1;
        this.set(a + Math.sign(b - a) * k, from.y + share * (to.y - from.y));
      }
    }

    ink(canvas, from, to) {
      const pen = canvas.getContext("2d");
      const { width, height } = canvas;
      pen.strokeStyle = "#c8442b";
      pen.lineWidth = width / 160;
      pen.lineCap = "round";
      pen.beginPath();
      pen.moveTo(from.across * width, (1 - from.up) * height);
      pen.lineTo(to.across * width, (1 - to.up) * height);
      pen.stroke();
    }

    release(canvas) {
      this.ends.abort();
      this.row.remove();
      delete canvas.dataset.sketch;
      const given = this.spec.curves.length;
      if (this.menu.options.length > given) {
        const own = this.menu.selectedIndex === given;
        this.menu.options.length = given;
        if (own) this.menu.selectedIndex = 0;
      }
    }
  }

  nnLive.Sketch = Sketch;
})();

// One code cell of the page: its editor, its buttons, and its output, all of which can be undone.
"use strict";

(() => {
  const { element, store } = nnLive;
  const HINT = "nn-editor-hint";

  // A promise is no more exact than two digits.
  function rounded(seconds) {
    const unit = seconds < 20 ? 1 : seconds < 100 ? 5 : 10;
    return Math.max(1, unit * Math.round(seconds / unit));
  }

  nnLive.Cell = class {
    constructor(entry, box) {
      Object.assign(this, entry);
      this.box = box;
      this.ran = null; // the code of the last run without an error, and its seconds
      this.explorers = [];
      this.place = box?.querySelector(".cell_output") ?? null;
      this.stored = this.place ? [...this.place.childNodes] : null;
    }

    get text() {
      return this.editor?.code ?? store.edit(this) ?? this.code;
    }

    // How long a heavy cell takes, in words.
    get slowness() {
      if (!this.heavy) return "";
      return typeof this.heavy === "number" ? ` (about ${this.heavy} s)` : " (may take minutes)";
    }

    // The seconds of heavy cells belong to another machine; `pace` is how much slower this one is.
    paced(pace) {
      if (typeof this.heavy !== "number") return;
      this.promised ??= this.heavy;
      this.heavy = rounded(this.promised * pace);
      if (this.runner) this.runner.textContent = `Run${this.slowness}`;
    }

    // Counts down what is left of the seconds promised. Screen readers heard them at the start.
    count() {
      const left = Math.round(this.heavy - (performance.now() - this.started) / 1000);
      this.left.textContent = left > 0 ? `${left} s left` : "It takes longer than thought.";
    }

    // Makes the cell editable. `run` and `runAbove` are called with the cell, `stop` without, and
    // `complete` with the text before the cursor; it promises the names that may follow.
    equip({ run, runAbove, stop, complete }) {
      const block = this.box?.querySelector(".cell_input div.highlight");
      if (!block) return;
      const button = (text, act) => {
        const made = element("button", "", text);
        made.type = "button";
        made.addEventListener("click", act);
        return made;
      };
      this.restored = button("Restore the book's code", () => {
        this.editor.code = this.code;
        this.editor.area.focus();
      });
      this.above = button("Run the cells above first", () => runAbove(this));
      this.runner = button(`Run${this.slowness}`, () => run(this));
      this.stopper = button("Stop this cell", stop);
      this.stopper.hidden = true;
      this.status = element("span", "nn-cell-status");
      this.status.setAttribute("role", "status");
      this.left = element("span", "nn-cell-left");
      this.left.setAttribute("aria-hidden", "true");
      this.above.hidden = true;
      this.bar = element("div", "nn-cell-bar");
      this.bar.append(this.runner, this.stopper, this.above, this.restored, this.status, this.left);
      this.editor = nnLive.editor(block, this.text, {
        label: this.exercise ? `Your answer: ${this.exercise}` : "Code of this cell",
        hint: HINT,
        changed: (code) => {
          store.keep(this, code);
          this.mark(code);
        },
        run: () => run(this),
        complete,
        say: (text) => this.say(text),
      });
      this.mark(this.editor.code);
      this.editor.area.closest(".cell_input").append(this.bar);
    }

    mark(code) {
      const changed = code !== this.code;
      this.restored.hidden = !changed;
      this.box.classList.toggle("nn-changed", changed);
    }

    say(text) {
      if (this.status) this.status.textContent = text;
    }

    begin(byHand) {
      this.byHand = byHand;
      this.started = performance.now();
      this.fresh = true;
      this.boxes = [];
      if (this.above) this.above.hidden = true;
      if (this.box) this.box.dataset.nn = "busy";
      if (this.stopper) this.stopper.hidden = !byHand;
      if (byHand) this.say(`Running …${this.slowness}`);
      if (byHand && typeof this.heavy === "number" && this.left) {
        this.clock = setInterval(() => this.count(), 1000);
      }
    }

    // The stored output goes when the first new one comes; explorers stay in the page.
    replace() {
      if (!this.fresh) return;
      this.fresh = false;
      this.previous = this.explorers;
      this.explorers = [];
      if (!this.place && this.box) {
        this.place = element("div", "cell_output docutils container");
        const input = this.box.querySelector(".cell_input");
        const holder = input?.closest("details.hide");
        const whole = this.box.matches(".tag_hide-cell") ? holder : null;
        (whole ?? this.box).append(this.place);
      }
      this.boxes = this.place ? [...this.place.querySelectorAll(".nn-explorer")] : [];
      this.places = this.previous.map((explorer) => explorer.places());
      this.previous.forEach((explorer) => explorer.release(false));
      this.place?.replaceChildren();
    }

    output(output) {
      this.replace();
      if (!this.place) return;
      if (this.clearing) this.place.replaceChildren();
      this.clearing = false;
      const number = this.explorers.length;
      nnLive.render(this.place, output, {
        cell: this.index,
        explorer: this.boxes[number],
        places: this.places[number],
        made: (explorer) => this.explorers.push(explorer),
      });
    }

    clear(wait) {
      this.replace();
      if (wait) this.clearing = true;
      else this.place?.replaceChildren();
    }

    end(state, code) {
      if (state !== "stopped") this.replace(); // a cell that shows nothing shows nothing now
      if (this.stopper) {
        if (document.activeElement === this.stopper) this.runner.focus();
        this.stopper.hidden = true;
      }
      clearInterval(this.clock);
      if (this.left) this.left.textContent = "";
      const seconds = (performance.now() - this.started) / 1000;
      if (state === "ok") this.ran = { code, seconds };
      if (this.box) this.box.dataset.nn = state === "ok" ? "ok" : "error";
      if (!this.byHand) return;
      if (state === "ok") this.say(`Done in ${seconds.toFixed(seconds < 1 ? 2 : 1)} s`);
      else this.say(state === "stopped" ? "Stopped" : state);
      if (this.above) this.above.hidden = state !== "NameError";
    }

    // Leaves the cell as the built page had it.
    undo() {
      clearInterval(this.clock);
      if (this.promised) this.heavy = this.promised;
      this.explorers.forEach((explorer) => explorer.release(true));
      this.explorers = [];
      if (this.stored) this.place.replaceChildren(...this.stored);
      else {
        this.place?.remove();
        this.place = null;
      }
      this.reunite();
      this.editor?.remove();
      this.bar?.remove();
      this.editor = null;
      this.status = null;
      this.left = null;
      this.above = null;
      this.stopper = null;
      if (this.box) {
        delete this.box.dataset.nn;
        this.box.classList.remove("nn-changed");
      }
    }

    // Explorers were moved into new outputs; each goes back where it stood.
    reunite() {
      this.homes?.forEach(([parent, before, box]) => parent.insertBefore(box, before));
    }

    // Remembers where explorers stand.
    survey() {
      const boxes = this.place ? [...this.place.querySelectorAll(".nn-explorer")] : [];
      this.homes = boxes.map((box) => [box.parentNode, box.nextSibling, box]);
    }
  };

  // Finds the cells of the page in the document, by their order and code.
  nnLive.findCells = (entries) => {
    const boxes = [...document.querySelectorAll(".bd-article div.cell")];
    return entries.map((entry) => {
      if (entry.shown === false) return new nnLive.Cell(entry, null);
      const at = boxes.findIndex((box) => {
        const pre = box.querySelector(".cell_input pre");
        return !pre || pre.textContent.trim() === entry.code.trim();
      });
      const box = at < 0 ? null : boxes.splice(0, at + 1).at(-1);
      const cell = new nnLive.Cell(entry, box);
      cell.survey();
      return cell;
    });
  };

  nnLive.addHint = () => {
    const hint = element(
      "p",
      "nn-hidden",
      "Shift and Enter run the cell. Tab completes a name, and indents elsewhere; press Escape first to leave with Tab.",
    );
    hint.id = HINT;
    document.querySelector(".bd-article").append(hint);
    return hint;
  };
})();

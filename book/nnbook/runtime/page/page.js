// The life of a page: started by its button, its cells run one after the other, stopped, reset.
"use strict";

(() => {
  const { element, python, store } = nnLive;
  const about = window.nnAbout;
  const bar = document.querySelector(".nn-live");
  const button = bar.querySelector(".nn-live-start");
  const status = bar.querySelector(".nn-live-status");
  const LONG = 5; // seconds; a cell that took longer is not run again by itself
  const QUIET = 3000; // milliseconds after the last cell until compiled code is put away
  let cells = [];
  let byIndex = new Map();
  let queue = [];
  let current = null; // what runs: its cell, its code, a promise's resolve
  let questions = 0; // counts requests for completions
  const asked = new Map(); // who waits for which of them
  let begun = 0; // counts starts; messages of an ended Python are not heard
  let hint;

  function control(text, act) {
    const made = element("button", "", text);
    made.type = "button";
    made.hidden = true;
    made.addEventListener("click", act);
    bar.append(made);
    return made;
  }
  const stopper = control("Stop", () => stop());
  const resetter = control("Reset the page", () => reset());

  function set(state, text) {
    bar.dataset.state = state;
    status.textContent = text;
    stopper.hidden = !["loading", "running"].includes(state);
    resetter.hidden = !["running", "live"].includes(state);
    button.hidden = state !== "static" && state !== "failed";
  }

  // --- Messages of the worker -------------------------------------------------------------------

  function hear(message) {
    const cell = byIndex.get(message.cell);
    const { type } = message;
    if (type === "stage") set("loading", message.text);
    else if (type === "ready") cells.forEach((one) => one.paced(message.pace));
    else if (type === "output") cell?.output(message.output);
    else if (type === "clear") cell?.clear(message.wait);
    else if (type === "verdict") judge(cell, message.state);
    else if (type === "picture") nnLive.picture(message);
    else if (type === "undrawn") nnLive.undrawn(message);
    else if (type === "comm") nnLive.widgets.message(message);
    else if (type === "idle") nnLive.widgets.idle(message.comm);
    else if (type === "completions") {
      asked.get(message.number)?.(message.names);
      asked.delete(message.number);
    } else if (type === "kept") performance.mark("nn-kept");
    else if (type === "ended") ended(message.state);
    else if (type === "failed" && bar.dataset.state !== "loading") crash(message.text);
  }

  // Only the reader's own cell counts, not the book's solution.
  function judge(cell, state) {
    if (state === "right" && cell?.exercise) store.solve(cell.exercise);
  }

  // --- Running ----------------------------------------------------------------------------------

  function ended(state) {
    if (!current) return;
    const { cell, code, done } = current;
    current = null;
    cell.end(state, code);
    done(state);
    next();
  }

  async function next() {
    if (current || !queue.length) {
      if (!current && bar.dataset.state === "running") set("live", idle());
      return;
    }
    const job = queue.shift();
    const { cell } = job;
    const era = begun;
    current = job;
    job.code ??= cell.text;
    set("running", job.text ?? "A cell runs.");
    cell.begin(job.byHand);
    try {
      await python.supply(job.code);
    } catch (error) {
      if (era !== begun) return;
      cell.output({ output_type: "error", traceback: [error.message] });
      ended("error");
      return;
    }
    if (era !== begun) return;
    nnLive.post({ type: "run", cell: cell.index, code: job.code, name: `cell ${cell.index}` });
  }

  const idle = () => "Live: Python runs in this page. Shift-Enter runs a cell.";

  function enqueue(cell, more = {}) {
    return new Promise((done) => {
      queue.push({ cell, done, ...more });
      next();
    });
  }

  function run(cell) {
    if (queue.some((job) => job.cell === cell)) return;
    if (current) cell.say("Waits for another cell …");
    enqueue(cell, { byHand: true });
  }

  function runAbove(cell) {
    for (const other of cells) {
      if (other === cell) break;
      if (!other.ran && !other.heavy && !other.solution) run(other);
    }
    run(cell);
  }

  // Promises the names that may follow a text. While a cell runs there is nobody to ask.
  function complete(text) {
    if (bar.dataset.state !== "live") return Promise.resolve([]);
    return new Promise((found) => {
      asked.set((questions += 1), found);
      nnLive.post({ type: "complete", number: questions, text });
    });
  }

  // Runs cells in order and reports how far it is.
  async function runAll(list, again) {
    await Promise.all(
      list.map((cell, i) => {
        const code = again ? cell.ran.code : undefined; // the editor may hold newer text
        return enqueue(cell, { code, text: `Running cell ${i + 1} of ${list.length} …` });
      }),
    );
  }

  // --- Start, stop, reset -----------------------------------------------------------------------

  async function begin(list, again = false) {
    const era = (begun += 1);
    set("loading", "Loading Python …");
    await python.start((message) => era === begun && hear(message));
    if (era !== begun) return;
    performance.mark("nn-ready");
    bar.dataset.state = "running";
    await runAll(list, again);
    if (era !== begun) return;
    performance.mark("nn-done");
    setTimeout(() => era === begun && python.keep(), QUIET);
  }

  nnLive.start = async () => {
    cells = nnLive.findCells(about.cells);
    byIndex = new Map(cells.map((cell) => [cell.index, cell]));
    const era = begun + 1;
    const ready = begin(cells.filter((cell) => cell.live));
    hint = nnLive.addHint();
    cells.forEach((cell) => cell.equip({ run, runAbove, stop, complete }));
    try {
      await ready;
    } catch (error) {
      if (era !== begun) return;
      leave();
      bar.dataset.state = "failed";
      throw error;
    }
  };

  // Where the page may share memory with Python, its state survives. Elsewhere Python ends, a new
  // one starts, and what had run is run again, without the cell that was stopped.
  async function stop() {
    if (bar.dataset.state === "loading" && !cells.some((cell) => cell.ran)) {
      reset();
      return;
    }
    const waiting = queue.splice(0);
    waiting.forEach(({ cell, done }) => {
      cell.say("");
      done("stopped");
    });
    if (current && python.interrupt()) return;
    restart("Stopped. Python starts again …");
  }

  async function restart(text) {
    const stopped = current;
    begun += 1;
    python.end();
    current = null;
    stopped?.cell.end("stopped");
    stopped?.done("stopped");
    const again = cells.filter((cell) => cell.ran && cell.ran.seconds < LONG);
    nnLive.forgetExplorers();
    nnLive.widgets.forget();
    set("loading", text);
    try {
      await begin(again, true);
    } catch (error) {
      leave();
      set("failed", `The page stays as it is. ${error.message}`);
      button.textContent = "Try again";
    }
  }

  function crash(text) {
    queue.splice(0).forEach(({ done }) => done("stopped"));
    restart(`Python ended: ${text} It starts again …`);
  }

  // The page as it was built; what the reader has typed stays in the browser's storage.
  function leave() {
    begun += 1;
    python.end();
    queue.splice(0).forEach(({ done }) => done("stopped"));
    current = null;
    cells.forEach((cell) => cell.undo());
    cells = [];
    hint?.remove();
    nnLive.forgetExplorers();
    nnLive.widgets.forget();
    button.disabled = false;
    set("static", "");
  }

  function reset() {
    store.forgetEdits();
    leave();
    button.textContent = "Make this page live";
    button.focus();
  }
})();

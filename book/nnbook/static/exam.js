// Marks the answers of the exam, gives the hint that fits a mistake, and keeps the score in this
// browser. Reading a number and counting points need no page, so that tests can call them alone.
"use strict";

const nnExam = (() => {
  const ONE = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;

  // What digits without a sign can mean: "1,250" is 1.25 or 1250, and so is "1.250".
  function meanings(digits) {
    const ways = [digits.replace(/,/g, ".")];
    if (/^\d{1,3}(,\d{3})+(\.\d*)?$/.test(digits)) ways.push(digits.replace(/,/g, ""));
    if (/^\d{1,3}(\.\d{3})+(,\d*)?$/.test(digits)) ways.push(digits.replace(/\./g, "").replace(",", "."));
    return ways.filter((way) => ONE.test(way)).map(Number);
  }

  // All numbers that a text can mean. Empty if it is none.
  function read(text, unit = "") {
    const plain = text
      .trim()
      .toLowerCase()
      .replace(/[\u2212\u2013]/g, "-")
      .replace(/^([+-]?)\s*(\d+)\s+(\d+\s*\/\s*\d+)/, "$1$2&$3") // two and a half: 2 1/2
      .replace(/\s*[x\u00d7*\u00b7]\s*10\s*\^?\s*\(?\s*([+-]?\d+)\s*\)?/, "e$1")
      .replace(/\s+/g, "");
    const match = /^([+-]?)(?:(\d+)&)?([^/&%+-]+(?:e[+-]?\d+)?)(?:\/([^/&%+-]+(?:e[+-]?\d+)?))?(%?)$/.exec(plain);
    if (!match) return [];
    const [, sign, whole = 0, above, below = "1", percent] = match;
    const scale = (sign === "-" ? -1 : 1) / (percent && unit !== "%" ? 100 : 1);
    const found = new Set();
    for (const a of meanings(above)) {
      for (const b of meanings(below)) found.add(scale * (Number(whole) + a / b));
    }
    return [...found].filter(Number.isFinite);
  }

  const near = (a, b, tolerance) => Math.abs(a - b) <= tolerance + 1e-9 * Math.max(1, Math.abs(b));
  const same = (a, b) => a.length === b.length && a.every((value, i) => value === b[i]);

  // What is to be said of an answer: {right}, with `hint` where one fits; null if nothing was given.
  function mark(known, given) {
    if (known.asks === "number") {
      const values = read(given, known.unit);
      if (!values.length) return null;
      if (values.some((value) => near(value, known.answer, known.tolerance))) return { right: true };
      const far = known.hints.map((wrong) => Math.min(...values.map((value) => Math.abs(value - wrong))));
      const hint = far.indexOf(Math.min(...far));
      const fits = hint >= 0 && near(far[hint], 0, known.tolerance / 2);
      return { right: false, hint: fits ? hint : "general" };
    }
    if (!given.length) return null;
    if (known.asks === "line") {
      if (given[0] === known.answer) return { right: true };
      const hint = known.hints.indexOf(given[0]);
      return { right: false, hint: hint < 0 ? "general" : hint };
    }
    if (known.asks === "order") {
      if (new Set(given).size < given.length) return null;
      const wanted = known.answer.map((_, shown) => known.answer.indexOf(shown) + 1);
      return same(given, wanted) ? { right: true } : { right: false, hint: "general" };
    }
    if (same(given, known.answer)) return { right: true };
    const wrong = given.find((option) => !known.answer.includes(option));
    return { right: false, hint: wrong ?? "general" };
  }

  // Points of an attempt, the first being 0; of a prediction by the rule of Brier.
  function points(known, right, attempt, sure) {
    if (known.kind === "predict") return 1 - 4 * ((right ? 1 : 0) - sure) ** 2;
    return right ? ([1, 0.5][attempt] ?? 0) : 0;
  }

  return { read, mark, points };
})();

if (typeof document !== "undefined") {
  (() => {
    const KEY = "nn-exam";
    const board = document.querySelector(".nn-exam");
    const data = document.querySelector(".nn-exam-data");
    if (!board || !data) return;
    const known = JSON.parse(data.textContent);
    const boxes = [...document.querySelectorAll(".nn-question")];
    let kept = {};
    try {
      const stored = JSON.parse(localStorage.getItem(KEY));
      if (stored && typeof stored === "object" && !Array.isArray(stored)) kept = stored;
    } catch {
      kept = {}; // no storage, or not ours: the exam works without
    }

    function keep() {
      try {
        localStorage.setItem(KEY, JSON.stringify(kept));
      } catch {
        // The score lasts as long as the page.
      }
    }

    const short = (value, digits = 1) => String(Number(value.toFixed(digits))).replace("-", "\u2212");
    const missed = (state) => Boolean(state && (state.done || state.opened) && !state.right);

    function count() {
      const parts = {};
      for (const [name, question] of Object.entries(known)) {
        const part = (parts[question.part] ??= { won: 0, all: 0, done: 0 });
        part.all += 1;
        part.won += kept[name]?.points ?? 0;
        part.done += kept[name]?.done || kept[name]?.opened ? 1 : 0;
      }
      for (const [number, part] of Object.entries(parts)) {
        const place = board.querySelector(`[data-part="${number}"] .nn-points`);
        place.textContent = `${short(part.won)} of ${part.all}`;
      }
      const all = Object.values(parts);
      const sum = (key) => all.reduce((total, part) => total + part[key], 0);
      board.querySelector(".nn-total .nn-points").textContent = `${short(sum("won"))} of ${sum("all")}`;
      board.querySelector(".nn-answered").textContent = sum("done") ? `, ${sum("done")} answered` : "";
      const open = Object.entries(parts).find(([, part]) => part.done < part.all);
      const weakest = Object.entries(parts).sort(([, a], [, b]) => a.won / a.all - b.won / b.all)[0];
      board.querySelector(".nn-advice").textContent = open
        ? `${sum("done") ? "Go on" : "Start"} with part ${open[0]}.`
        : `All answered. Read again first: part ${weakest[0]}.`;
    }

    function given(form, question) {
      const fields = [...form.querySelectorAll("[name=answer]")];
      if (question.asks === "number") return fields[0].value;
      if (question.asks === "order") {
        const places = fields.map((field) => Number(field.value));
        return places.every(Boolean) ? places : [];
      }
      return fields.filter((field) => field.checked).map((field) => Number(field.value));
    }

    function fill(form, question, answer) {
      const fields = [...form.querySelectorAll("[name=answer]")];
      if (question.asks === "number") fields[0].value = answer ?? "";
      else if (question.asks === "order") fields.forEach((f, i) => (f.value = answer?.[i] ?? ""));
      else fields.forEach((f) => (f.checked = answer?.includes(Number(f.value)) ?? false));
    }

    function say(box, words, hint) {
      const place = box.querySelector(".nn-feedback");
      const line = document.createElement("p");
      line.append(words);
      const parts = [line];
      if (hint !== undefined) {
        const from = box.querySelector(`.nn-hint[data-hint="${hint}"]`);
        if (from) parts.push(...[...from.cloneNode(true).childNodes]);
      }
      place.replaceChildren(...parts);
    }

    // Bring the page to what is kept of a question.
    function show(box) {
      const question = known[box.dataset.name];
      const state = kept[box.dataset.name] ?? {};
      const form = box.querySelector("form");
      const solution = box.querySelector(".nn-exam-solution");
      fill(form, question, state.given);
      for (const field of form.querySelectorAll("[name=sure]")) {
        field.checked = Number(field.value) === state.sure;
      }
      const tries = state.tries ?? 0;
      const once = question.kind === "predict";
      const closed = state.done || state.opened || (once && tries > 0);
      form.querySelector("fieldset").disabled = Boolean(closed);
      form.querySelector(".nn-check button").hidden = Boolean(closed);
      solution.hidden = !(closed || tries > 1);
      solution.open = closed ? solution.open || (once && !state.right) : false;
      box.querySelector(".nn-taught").hidden = !tries && !state.opened;
      box.querySelector(".nn-again").hidden = !missed(state);
      // Only where nothing can be gained by it any more.
      form.querySelectorAll("[name=answer]").forEach((field) => {
        const right = Boolean(closed && question.answer.includes?.(Number(field.value)));
        field.closest(".nn-option")?.classList.toggle("nn-is-right", right && question.asks !== "order");
      });
      box.classList.toggle("nn-right", state.right === true);
      box.classList.toggle("nn-wrong", state.right === false);
      const feedback = box.querySelector(".nn-feedback");
      if (state.right === undefined) {
        feedback.replaceChildren();
      } else if (once) {
        const sign = state.right ? "\u2713 Right" : "\u2717 Wrong";
        const won = short(state.points, 2);
        say(box, `${sign}, at ${state.sure} %: ${won} ${won === "1" ? "point" : "points"}.`, state.hint);
      } else if (state.right) {
        const won = state.points === 1 ? "1 point" : state.points ? "half a point" : "no point";
        say(box, `\u2713 Right: ${won}.`);
      } else {
        const more = tries > 1 ? " The solution below can be opened." : "";
        say(box, `\u2717 Not yet.${state.opened ? "" : more}`, state.hint);
      }
    }

    function submit(box) {
      const name = box.dataset.name;
      const question = known[name];
      const form = box.querySelector("form");
      const answer = given(form, question);
      const found = nnExam.mark(question, answer);
      if (!found) {
        const need = { number: "a number, such as 0.5 or 1/2", order: "a place for every step" };
        let words = `This needs ${need[question.asks] ?? "a choice"}.`;
        if (question.asks === "number" && /\d/.test(answer)) words = "Type the number alone, without its unit.";
        if (question.asks === "order" && answer.length) words = "Use each place once.";
        say(box, words);
        return;
      }
      const field = form.querySelector("[name=sure]:checked");
      if (question.kind === "predict" && !field) {
        say(box, "Say how sure you are, too.");
        return;
      }
      const state = kept[name] ?? { tries: 0, points: 0 };
      const plain = (value) => JSON.stringify(question.asks === "number" && value ? nnExam.read(value) : value);
      if (plain(state.given) === plain(answer)) {
        say(box, "You have given this answer before.", state.hint);
        return;
      }
      const sure = field ? Number(field.value) : undefined;
      state.points = nnExam.points(question, found.right, state.tries, sure / 100);
      state.tries += 1;
      Object.assign(state, { given: answer, right: found.right, hint: found.hint, sure });
      state.done = found.right || question.kind === "predict";
      kept[name] = state;
      keep();
      show(box);
      count();
      // The button is gone: the focus must not fall back to the top of the page.
      if (state.done) box.querySelector("summary").focus({ preventScroll: true });
    }

    // A question that was missed can be answered anew; its points then begin at 0.
    function forget(box) {
      delete kept[box.dataset.name];
      keep();
      show(box);
      count();
      box.querySelector("[name=answer]").focus();
    }

    for (const box of boxes) {
      box.querySelector(".nn-again").addEventListener("click", () => forget(box));
      box.querySelector("form").addEventListener("submit", (event) => {
        event.preventDefault();
        if (event.submitter?.closest(".nn-check") ?? true) submit(box);
      });
      box.querySelector(".nn-exam-solution").addEventListener("toggle", (event) => {
        const state = kept[box.dataset.name];
        if (!event.target.open || !state || state.done || state.opened) return;
        state.opened = true;
        keep();
        show(box);
        count();
      });
      show(box);
    }

    // The button that copies code lies in the form, too; it must not send it, nor take its Enter.
    addEventListener("load", () => {
      for (const copy of document.querySelectorAll(".nn-question .copybtn")) copy.type = "button";
    });

    // Mixed: a question of every part, then another of every part, and so on, each time differently.
    const home = boxes.map((box) => [box, box.parentElement]);
    const mix = board.querySelector(".nn-mixed");
    const mixed = document.createElement("div");
    const parts = [...new Set(home.map(([, section]) => section))];
    function arrange(on) {
      mix.setAttribute("aria-pressed", String(on));
      if (on) {
        const rank = new Map();
        for (const part of parts) {
          const own = boxes.filter((box) => at.get(box) === part);
          const keys = new Map(own.map((box) => [box, Math.random()]));
          own.sort((a, b) => keys.get(a) - keys.get(b)).forEach((box, place) => rank.set(box, place));
        }
        board.after(mixed);
        mixed.append(...[...boxes].sort((a, b) => rank.get(a) - rank.get(b)));
      } else {
        for (const [box, section] of home) section.append(box);
        mixed.remove();
      }
      for (const section of parts) section.hidden = on;
    }
    const at = new Map(home);
    const isMixed = () => mix.getAttribute("aria-pressed") === "true";
    mix.addEventListener("click", () => arrange(!isMixed()));
    // Who asks for a part gets its questions together.
    board.querySelector("ol").addEventListener("click", () => isMixed() && arrange(false));

    // Only what was missed, as it was when the button was pressed.
    const filter = board.querySelector(".nn-missed");
    filter.addEventListener("click", () => {
      const on = filter.getAttribute("aria-pressed") !== "true";
      const some = boxes.some((box) => missed(kept[box.dataset.name]));
      board.querySelector(".nn-none").hidden = !on || some;
      if (on && !some) return;
      filter.setAttribute("aria-pressed", String(on));
      for (const box of boxes) box.hidden = on && !missed(kept[box.dataset.name]);
      for (const part of parts) part.classList.toggle("nn-empty", on && !part.querySelector(".nn-question:not([hidden])"));
    });

    board.querySelector(".nn-reset").addEventListener("click", () => {
      if (!confirm("Forget all answers and the score?")) return;
      kept = {};
      try {
        localStorage.removeItem(KEY);
      } catch {
        // There was nothing.
      }
      boxes.forEach(show);
      count();
    });
    board.querySelector(".nn-tools").hidden = false;
    count();
  })();
}

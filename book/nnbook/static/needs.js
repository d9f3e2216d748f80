// The map of equations: lights up all that lies before and behind a card, and counts it.
(() => {
  "use strict";
  const cards = new Map();
  for (const card of document.querySelectorAll(".nn-need")) cards.set(card.id.slice(6), card);
  const map = document.querySelector(".nn-needs-map");
  if (!cards.size || !map) return;
  map.classList.add("nn-needs-live");

  const links = (card, kind) =>
    [...card.querySelectorAll(`.nn-need-${kind} a`)].map((a) => a.hash.slice(7));
  const reach = (key, kind) => {
    const found = new Set();
    const ahead = links(cards.get(key), kind);
    while (ahead.length) {
      const one = ahead.pop();
      if (!found.has(one)) {
        found.add(one);
        ahead.push(...links(cards.get(one), kind));
      }
    }
    return found;
  };
  const lower = (text) => text.toLowerCase();

  const said = document.createElement("p");
  said.className = "nn-needs-said";
  said.setAttribute("role", "status");
  const start = "Point at a card, or walk through the links by keyboard. Escape clears.";
  said.textContent = start;
  document.querySelector(".bd-article section").append(said);

  let pinned = null;
  let shown = null;

  const show = (key) => {
    if (key === shown) return;
    shown = key;
    const before = key ? reach(key, "before") : new Set();
    const behind = key ? reach(key, "behind") : new Set();
    const kind = (k) =>
      k === key ? "here" : before.has(k) ? "before" : behind.has(k) ? "behind" : null;
    const mark = (element, value) => {
      if (value) element.dataset.walk = value;
      else delete element.dataset.walk;
    };
    for (const [k, card] of cards) mark(card, kind(k));
    map.classList.toggle("walking", Boolean(key));
    for (const dot of map.querySelectorAll("circle")) mark(dot, kind(lower(dot.dataset.key)));
    for (const arc of map.querySelectorAll("path[data-from]")) {
      const [from, to] = [kind(lower(arc.dataset.from)), kind(lower(arc.dataset.to))];
      const up = from === "before" && (to === "before" || to === "here");
      const down = to === "behind" && (from === "behind" || from === "here");
      mark(arc, key && up ? "before" : key && down ? "behind" : null);
    }
    if (!key) {
      said.textContent = start;
      return;
    }
    const name = cards.get(key).querySelector(".nn-need-name").textContent.trim();
    const count = (n) => (n === 0 ? "no equation" : n === 1 ? "one equation" : `${n} equations`);
    const many = behind.size > 1 ? "rest" : "rests";
    said.textContent = `${name} rests on ${count(before.size)}; ${count(behind.size)} ${many} on it.`;
  };

  for (const [key, card] of cards) {
    card.addEventListener("mouseenter", () => show(key));
    card.addEventListener("mouseleave", () => show(pinned));
    card.addEventListener("focusin", () => show((pinned = key)));
    card.addEventListener("click", (event) => {
      if (!event.target.closest("a")) show((pinned = pinned === key ? null : key));
    });
  }
  for (const dot of map.querySelectorAll("circle")) {
    const key = lower(dot.dataset.key);
    dot.addEventListener("mouseenter", () => show(key));
    dot.addEventListener("mouseleave", () => show(pinned));
    dot.addEventListener("click", () => {
      location.hash = `needs-${key}`;
    });
  }
  const arrive = () => {
    const key = location.hash.startsWith("#needs-") ? location.hash.slice(7) : null;
    if (cards.has(key)) show((pinned = key));
  };
  addEventListener("hashchange", arrive);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") show((pinned = null));
  });
  arrive();
})();

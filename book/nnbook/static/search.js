// Results show a sentence of the text, not of the navigation, and lead to the section it stands in.
"use strict";

(() => {
  // One spelling for what is sought and for the index (search.py): -ize for -ise.
  const Plain = window.Stemmer;
  window.Stemmer = function () {
    const stemmer = new Plain();
    this.stemWord = (word) => stemmer.stemWord(word.replace(/is(?=(?:e[drs]?|ers|ing|ations?)$)/, "iz"));
  };

  const SHOWN = 200; // letters of an excerpt
  const OUT = "script, style, .headerlink, pre, .cell_input, details.hide, nav, .nn-live, mjx-assistive-mml";

  // The paragraph that has the most of the words, and the section around it.
  function best(html, keywords, anchor) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const article = page.querySelector("article.bd-article") ?? page.querySelector("article");
    if (!article) return null;
    article.querySelectorAll(OUT).forEach((element) => element.remove());
    const place = anchor ? page.getElementById(anchor.replace(/^#/, "")) : null;
    const scope = place?.closest("section, dl, dt")?.contains(place) ? place.closest("section, dl") : article;
    const words = [...keywords].map((word) => word.toLowerCase());
    let found = null;
    for (const part of (scope ?? article).querySelectorAll("p, li, dd, figcaption, h1, h2, h3")) {
      const text = part.textContent.replace(/\s+/g, " ").trim();
      const lower = text.toLowerCase();
      const hits = words.filter((word) => lower.includes(word)).length;
      const weight = hits * 10 + Math.min(text.length, SHOWN) / SHOWN;
      if (hits && (!found || weight > found.weight)) found = { part, text, lower, weight };
    }
    if (!found) return null;
    const at = Math.max(0, Math.min(...words.map((w) => found.lower.indexOf(w)).filter((i) => i > -1)) - 60);
    const start = at ? found.text.indexOf(" ", at) + 1 : 0;
    const cut = found.text.length > start + SHOWN;
    const excerpt = found.text.slice(start, start + SHOWN);
    return {
      text: (start ? "… " : "") + (cut ? `${excerpt.slice(0, excerpt.lastIndexOf(" "))} …` : excerpt),
      section: found.part.closest("section[id]")?.id,
    };
  }

  Search.makeSearchSummary = (html, keywords, anchor) => {
    const result = best(html, keywords, anchor);
    if (!result) return null;
    const summary = document.createElement("p");
    summary.className = "context";
    summary.textContent = result.text;
    // Sphinx puts the summary into the list a moment later; then its link can be told where to go.
    queueMicrotask(() => {
      const link = summary.parentElement?.querySelector("a");
      if (link && !link.hash && result.section) link.hash = result.section;
    });
    return summary;
  };
})();

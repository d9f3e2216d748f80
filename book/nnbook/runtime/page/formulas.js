// Formulas and Markdown that a cell displays. The pages come with theirs set; MathJax is loaded for
// the first one that a reader makes.
"use strict";

(() => {
  const about = window.nnAbout;
  let loading;

  function load() {
    const home = new URL("../mathjax/", new URL(about.runtime, document.baseURI)).href;
    window.MathJax = {
      loader: { paths: { mathjax: home.slice(0, -1) }, load: ["core", "input/tex", "output/chtml", "a11y/assistive-mml"] },
      startup: { typeset: false },
      tex: { inlineMath: [["$", "$"], ["\\(", "\\)"]] },
      chtml: { fontURL: `${home}output/chtml/fonts/woff-v2` },
    };
    const script = document.createElement("script");
    script.src = `${home}startup.js`;
    document.head.append(script);
    return new Promise((loaded, failed) => {
      script.onload = () => window.MathJax.startup.promise.then(loaded, failed);
      script.onerror = failed;
    });
  }

  // Sets the formulas in `box`, one box after the other; without MathJax they stay as typed.
  nnLive.typeset = (box) => {
    loading ??= window.MathJax?.typesetPromise ? Promise.resolve() : load();
    loading = loading.then(() => window.MathJax.typesetPromise([box])).catch(() => {});
  };

  function inline(text) {
    return text
      .replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign])
      .replace(/`([^`]+)`/g, "<code>$1</code>")
      .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, "<strong>$1</strong>")
      .replace(/\*(\S(?:.*?\S)?)\*/g, "<em>$1</em>");
  }

  // Headings, lists, paragraphs, and what stands inside them. No HTML of the text's own.
  nnLive.markdown = (text) => {
    const blocks = text.trim().split(/\n\s*\n|\n(?=#{1,6} )/);
    const made = blocks.map((block) => {
      const heading = /^(#{1,6}) +(.*)$/s.exec(block);
      if (heading) return `<p><strong>${inline(heading[2])}</strong></p>`;
      const items = block.split(/\n(?=[-*] )/);
      if (items.every((item) => /^[-*] /.test(item))) {
        return `<ul>${items.map((item) => `<li>${inline(item.slice(2))}</li>`).join("")}</ul>`;
      }
      return `<p>${inline(block)}</p>`;
    });
    const box = document.createElement("div");
    box.innerHTML = made.join("");
    return box;
  };
})();

// The button that makes a page live, and what a reader has solved, in the table of contents.
// All else is loaded when the button is pressed.
"use strict";

(() => {
  const place = document.getElementById("nn-live");
  if (!place) return;
  const about = JSON.parse(place.textContent);
  window.nnAbout = about;

  // What was solved: {page: [names of exercises]}. Storage can be forbidden.
  function solved() {
    try {
      return JSON.parse(localStorage.getItem("nn-solved")) ?? {};
    } catch {
      return {};
    }
  }

  // Writes "2/4" beside a chapter of the table of contents once one of its exercises is solved.
  function showProgress() {
    const found = solved();
    const root = new URL(about.root || "./", document.baseURI);
    document.querySelectorAll(".nn-progress").forEach((mark) => mark.remove());
    const pages = Object.keys(found).filter((page) => found[page].length && about.exercises[page]);
    if (!pages.length) return;
    const links = document.querySelectorAll(".bd-sidebar-primary .bd-links a");
    for (const page of pages) {
      const address = new URL(`${page}.html`, root).pathname;
      const count = about.exercises[page];
      const done = Math.min(found[page].length, count);
      for (const link of links) {
        if (link.pathname !== address) continue;
        const mark = document.createElement("span");
        mark.className = "nn-progress";
        mark.classList.toggle("nn-all", done === count);
        mark.title = `${done} of ${count} exercises solved`;
        mark.textContent = done === count ? `✓ ${done}/${count}` : `${done}/${count}`;
        mark.setAttribute("role", "img");
        mark.setAttribute("aria-label", mark.title);
        link.append(mark);
      }
    }
  }

  // Says in its place that an exercise of this page was solved, now or on an earlier visit.
  function showSolved() {
    const done = new Set(solved()[about.page]);
    document.querySelectorAll(".nn-solved").forEach((mark) => mark.remove());
    for (const input of document.querySelectorAll(".cell.tag_exercise .cell_input")) {
      const code = input.querySelector("textarea")?.value ?? input.textContent;
      const name = code.match(/exercises\.check\(\s*["']([^"']+)["']/)?.[1];
      if (!done.has(name)) continue;
      const mark = document.createElement("p");
      mark.className = "nn-solved";
      mark.textContent = "✓ You have solved this.";
      input.append(mark);
    }
  }

  about.showProgress = () => {
    showProgress();
    showSolved();
  };
  about.showProgress();
  window.addEventListener("storage", about.showProgress);

  for (const button of document.querySelectorAll(".nn-forget")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      try {
        Object.keys(localStorage)
          .filter((key) => key.startsWith("nn-"))
          .forEach((key) => localStorage.removeItem(key));
        indexedDB.deleteDatabase("nn-live");
      } catch {
        return;
      }
      about.showProgress();
      button.textContent = "Forgotten";
    });
  }

  const button = document.querySelector(".nn-live-start");
  if (!button) return;
  const status = document.querySelector(".nn-live-status");
  button.hidden = false;

  // Explorers with controls that are fixed until then have buttons of their own. What they say while
  // Python loads is what the page's own line says; when the page is live they make room for controls.
  const free = [...document.querySelectorAll(".nn-free")];
  for (const own of free) {
    own.hidden = false;
    own.addEventListener("click", () => button.click());
  }
  new MutationObserver(() => {
    for (const own of free) {
      own.disabled = button.disabled || button.hidden;
      own.textContent = own.disabled ? status.textContent || "Loading …" : button.textContent;
    }
  }).observe(document.querySelector(".nn-live"), {
    attributes: true,
    characterData: true,
    childList: true,
    subtree: true,
  });

  button.addEventListener("click", async () => {
    button.disabled = true;
    performance.mark("nn-click");
    status.textContent = "Loading …";
    try {
      if (!window.nnLive) await load("runtime.js");
      await window.nnLive.start();
    } catch (error) {
      status.textContent = `The page stays as it is. ${error.message}`;
      button.textContent = "Try again";
      button.disabled = false;
    }
  });

  function load(name) {
    const style = document.createElement("link");
    const script = document.createElement("script");
    Object.assign(style, { rel: "stylesheet", href: `${about.runtime}live.css?v=${about.version}` });
    script.src = `${about.runtime}${name}?v=${about.version}`;
    document.head.append(style, script);
    return new Promise((loaded, failed) => {
      script.onload = loaded;
      script.onerror = () => {
        script.remove();
        failed(new Error("The book's runtime could not be loaded."));
      };
    });
  }
})();

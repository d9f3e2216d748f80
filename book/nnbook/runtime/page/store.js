// What the reader typed and solved, kept in the browser's storage. Nothing leaves the machine.
"use strict";

(() => {
  const SOLVED = "nn-solved";
  const about = window.nnAbout;
  const edits = `nn-edits:${about.page}`;

  // Storage can be full or forbidden; the page works without.
  function read(key) {
    try {
      return JSON.parse(localStorage.getItem(key)) ?? {};
    } catch {
      return {};
    }
  }

  function write(key, value) {
    try {
      if (Object.keys(value).length) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
    } catch {
      // The reader goes on without memory.
    }
  }

  nnLive.store = {
    // The reader's version of a cell, unless the book has changed that cell since.
    edit(cell) {
      const kept = read(edits)[cell.index];
      return kept?.from === cell.code ? kept.code : null;
    },

    keep(cell, code) {
      const all = read(edits);
      if (code === cell.code) delete all[cell.index];
      else all[cell.index] = { from: cell.code, code };
      write(edits, all);
    },

    forgetEdits() {
      write(edits, {});
    },

    solve(name) {
      const all = read(SOLVED);
      const done = new Set(all[about.page]);
      done.add(name);
      all[about.page] = [...done];
      write(SOLVED, all);
      about.showProgress();
    },
  };
})();

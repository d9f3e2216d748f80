// On paper the solutions stand at the end of the chapter, each with the number of its exercise.
"use strict";

(() => {
  let restore = [];

  window.addEventListener("beforeprint", () => {
    const solutions = [...document.querySelectorAll("article details.nn-fold-solution")];
    const article = document.querySelector("article.bd-article");
    if (!solutions.length || restore.length) return;
    const section = document.createElement("section");
    const heading = document.createElement("h2");
    heading.textContent = "Solutions";
    section.append(heading);
    restore = solutions.map((solution) => {
      const place = document.createComment("solution");
      const open = solution.open;
      // The exercise is the last box that stands before its solution.
      const boxes = [...document.querySelectorAll("article .exercise")];
      const before = Node.DOCUMENT_POSITION_PRECEDING;
      const own = boxes.filter((box) => solution.compareDocumentPosition(box) & before).pop();
      const name = document.createElement("h3");
      name.textContent = own?.querySelector(".caption-number")?.textContent ?? "Solution";
      solution.replaceWith(place);
      solution.open = true;
      section.append(name, solution);
      return () => {
        place.replaceWith(solution);
        solution.open = open;
      };
    });
    article.append(section);
    restore.push(() => section.remove());
  });

  window.addEventListener("afterprint", () => {
    restore.forEach((undo) => undo());
    restore = [];
  });
})();

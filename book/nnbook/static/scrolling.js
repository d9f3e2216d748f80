// A formula, a figure or a printed table wider than its column scrolls in its own box; such a box
// must be reachable by keys.
"use strict";

window.addEventListener("load", () => {
  const SCROLLS = '.nn-scroll, mjx-container[display="true"], pre[style*="--columns"]';

  function reach(box) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  // Both may change: the column with the window, what it holds when letters or pictures arrive.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest(SCROLLS); // none where a live picture has taken the image's place
      if (box) reach(box);
    }
  });
  for (const box of document.querySelectorAll(SCROLLS)) {
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
  }
});

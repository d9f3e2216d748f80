// A formula wider than its column scrolls in its own box; such a box must be reachable by keys.
"use strict";

window.addEventListener("load", () => {
  const boxes = document.querySelectorAll('mjx-container[display="true"]');

  function reach(box) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }

  // Both may change: the column with the window, the formula when its letters arrive.
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) reach(target.closest('mjx-container[display="true"]'));
  });
  for (const box of boxes) {
    observer.observe(box);
    if (box.firstElementChild) observer.observe(box.firstElementChild);
  }
});

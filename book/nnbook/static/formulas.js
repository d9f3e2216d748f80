// A formula wider than its column scrolls in its own box; such a box must be reachable by keys.
"use strict";

window.addEventListener("load", () => {
  function reach() {
    for (const box of document.querySelectorAll('mjx-container[display="true"]')) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  reach();
  document.fonts?.ready.then(reach); // letters that come late make a formula wider
  window.addEventListener("resize", reach);
});

// Makes elements of the page.
"use strict";

nnLive.element = (tag, name = "", text = undefined) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

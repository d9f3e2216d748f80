// The book's own files. A page opened from a disk may not fetch; there they come as scripts.
"use strict";

(() => {
  const about = window.nnAbout;
  const waiting = new Map();

  function asScript(name) {
    return new Promise((found, failed) => {
      const script = document.createElement("script");
      script.src = `${about.runtime}${name}.js?v=${about.version}`;
      waiting.set(name, found);
      script.onerror = () => failed(new Error(`${name} could not be loaded.`));
      script.onload = () => script.remove();
      document.head.append(script);
    });
  }

  nnLive.deliver = (name, text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    waiting.get(name)?.(bytes);
    waiting.delete(name);
  };

  nnLive.file = async (name) => {
    if (location.protocol === "file:") return asScript(name);
    let answer;
    try {
      answer = await fetch(`${about.runtime}${name}?v=${about.version}`);
    } catch {
      throw new Error(`${name} could not be loaded.`);
    }
    if (!answer.ok) throw new Error(`${name} could not be loaded (${answer.status}).`);
    return new Uint8Array(await answer.arrayBuffer());
  };
})();

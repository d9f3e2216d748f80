// Shows what a cell gives: text, pictures, tables, formulas, errors, explorers, widgets.
"use strict";

(() => {
  const IMAGES = ["image/png", "image/jpeg"];

  const { element } = nnLive;

  // A carriage return goes back to the start of its line, a backspace by one letter.
  function overwritten(line) {
    const letters = [];
    let at = 0;
    for (const letter of line) {
      if (letter === "\r") at = 0;
      else if (letter === "\b") at = Math.max(0, at - 1);
      else letters[at++] = letter;
    }
    return letters.join("");
  }

  // Colours of a terminal become classes, its other commands nothing.
  function coloured(pre, text) {
    let classes = [];
    for (const part of text.split(/(\x1b\[[0-9;]*[A-Za-z])/)) {
      const codes = /^\x1b\[([0-9;]*)m$/.exec(part);
      if (codes) {
        for (const code of codes[1].split(";").map(Number)) {
          if (code === 0) classes = [];
          else if (code === 39) classes = classes.filter((name) => name === "nn-bold");
          else if (code === 1) classes.push("nn-bold");
          else if ((code >= 30 && code < 38) || (code >= 90 && code < 98)) {
            classes = [...classes.filter((name) => name === "nn-bold"), `nn-ansi-${code % 10}`];
          }
        }
      } else if (part && !part.startsWith("\x1b")) {
        pre.append(classes.length ? element("span", classes.join(" "), part) : part);
      }
    }
  }

  // What is printed to one stream without a break, in one box. It is drawn anew from the line that
  // was last begun, since that may still be overwritten.
  function stream(place, output) {
    let box = place.lastElementChild;
    if (box?.dataset.stream !== output.name) {
      box = element("div", `output ${output.name === "stderr" ? "stderr" : "stream"}`);
      box.dataset.stream = output.name;
      box.append(element("pre", ""));
      Object.assign(box, { begun: "", kept: 0 });
      place.append(box);
    }
    const pre = box.querySelector("pre");
    while (pre.childNodes.length > box.kept) pre.lastChild.remove();
    const lines = (box.begun + output.text).split("\n");
    box.begun = lines.pop();
    if (lines.length) coloured(pre, `${lines.map(overwritten).join("\n")}\n`);
    box.kept = pre.childNodes.length;
    box.columns = Math.max(box.columns ?? 0, ...lines.map((line) => overwritten(line).length));
    box.rows = (box.rows ?? 0) + lines.length;
    if (box.columns > 36 && box.rows > 2) {
      pre.style.setProperty("--columns", box.columns); // as nnbook.printed does
    }
    coloured(pre, overwritten(box.begun));
    if (pre.scrollHeight > pre.clientHeight) pre.tabIndex = 0; // so that the keyboard scrolls it
  }

  function image(data, mime, metadata) {
    const made = element("img", "nn-figure dark-light");
    const size = metadata[mime] ?? {};
    made.src = `data:${mime};base64,${data[mime]}`;
    made.alt = size.alt ?? data["text/plain"] ?? "";
    const box = element("div", "nn-scroll"); // as nnbook.explorer writes it
    if (size.width) {
      Object.assign(made, { width: size.width, height: size.height });
      box.style.setProperty("--nn-figure", `${size.width}px`);
    }
    made.onload = () => {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    };
    box.append(made);
    return box;
  }

  // LaTeX as IPython gives it, between dollar signs; MathJax in the page knows \( and \[.
  function formula(text) {
    const inner = text.trim().replace(/^\$\$?|\$\$?$/g, "");
    const box = element("div", "math notranslate", `\\[${inner}\\]`);
    return box;
  }

  function rich(place, output, context) {
    const { data, metadata = {} } = output;
    const mime = IMAGES.find((name) => data[name]);
    const box = element("div", "output text_plain");
    place.append(box);
    if (data["application/x-nn-explorer"]) {
      nnLive.explorer(data["application/x-nn-explorer"], box, context);
    } else if (data["application/vnd.jupyter.widget-view+json"]) {
      const id = data["application/vnd.jupyter.widget-view+json"].model_id;
      box.append(nnLive.widgets.view(id));
    } else if (mime) {
      box.append(image(data, mime, metadata));
    } else if (data["image/svg+xml"]) {
      box.innerHTML = data["image/svg+xml"];
    } else if (data["text/html"]) {
      box.className = "output text_html";
      box.innerHTML = data["text/html"];
    } else if (data["text/latex"]) {
      box.append(formula(data["text/latex"]));
      nnLive.typeset(box);
    } else if (data["text/markdown"]) {
      box.append(nnLive.markdown(data["text/markdown"]));
      if (/[$\\]/.test(data["text/markdown"])) nnLive.typeset(box);
    } else {
      box.append(element("pre", "", data["text/plain"]));
    }
  }

  // Appends one output, in the form that notebooks store, to `place`.
  nnLive.render = (place, output, context = {}) => {
    if (output.output_type === "stream") stream(place, output);
    else if (output.output_type === "error") {
      const box = element("div", "output traceback nn-error");
      box.append(element("pre", "", output.traceback.join("")));
      place.append(box);
    } else rich(place, output, context);
  };
})();

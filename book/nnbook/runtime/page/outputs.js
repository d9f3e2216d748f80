// Shows what a cell gives: text, pictures, tables, formulas, errors, explorers, widgets.
"use strict";

(() => {
  const IMAGES = ["image/png", "image/jpeg"];

  const { element } = nnLive;

  function typeset(box) {
    window.MathJax?.typesetPromise?.([box]).catch(() => {});
  }

  function stream(place, output) {
    const last = place.lastElementChild;
    if (last?.dataset.stream === output.name) {
      last.querySelector("pre").append(output.text);
      return;
    }
    const box = element("div", `output ${output.name === "stderr" ? "stderr" : "stream"}`);
    box.dataset.stream = output.name;
    box.append(element("pre", "", output.text));
    place.append(box);
  }

  function image(data, mime, metadata) {
    const made = element("img", "nn-figure dark-light");
    const size = metadata[mime] ?? {};
    made.src = `data:${mime};base64,${data[mime]}`;
    made.alt = size.alt ?? data["text/plain"] ?? "";
    if (size.width) Object.assign(made, { width: size.width, height: size.height });
    return made;
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
      typeset(box);
    } else {
      box.append(element("pre", "", data["text/markdown"] ?? data["text/plain"]));
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

// An editor in place of a cell's code: a text area, transparent, over the coloured text. So the
// browser's own editing, undo and screen reader support hold.
"use strict";

(() => {
  const INDENT = "    ";
  const MOST = 24; // names that are listed where several may follow
  let count = 0;

  // Types into the text area so that undo knows of it.
  function type(area, text) {
    if (!document.execCommand("insertText", false, text)) {
      area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input"));
    }
  }

  function lineStart(area) {
    return area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  }

  // Whether the cursor stands behind a name or a dot, with nothing selected and no name behind it.
  function inName({ value, selectionStart: from, selectionEnd: to }) {
    return from === to && /[A-Za-z_][\w.]*$/.test(value.slice(0, from)) && !/^\w/.test(value.slice(from));
  }

  function newLine(area) {
    const line = area.value.slice(lineStart(area), area.selectionStart);
    const indent = line.match(/^ */)[0];
    const opens = /[:([{]\s*(?:#.*)?$/.test(line);
    const leaves = /^\s*(?:return|pass|break|continue|raise)\b/.test(line);
    type(area, `\n${leaves ? indent.slice(INDENT.length) : indent}${opens ? INDENT : ""}`);
  }

  // Indents or dedents all lines that the selection touches.
  function shift(area, back) {
    const { selectionStart: from, selectionEnd: to, value } = area;
    if (from === to && !back) {
      type(area, " ".repeat(INDENT.length - ((from - lineStart(area)) % INDENT.length)));
      return;
    }
    const start = lineStart(area);
    const end = value.indexOf("\n", to) < 0 ? value.length : value.indexOf("\n", to);
    const lines = value.slice(start, end).split("\n");
    const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : INDENT + line));
    if (moved.join("\n") === lines.join("\n")) return;
    area.setSelectionRange(start, end);
    type(area, moved.join("\n"));
    area.setSelectionRange(start, start + moved.join("\n").length);
  }

  // Ends the name before the cursor as far as there is one way to, and says which ways there are.
  async function finish(area, { complete, say }) {
    const { value, selectionStart: at } = area;
    const begun = value.slice(0, at).match(/\w*$/)[0];
    const names = await complete(value.slice(value.lastIndexOf("\n", at - 1) + 1, at));
    if (area.value !== value || area.selectionStart !== at) return; // typed on meanwhile
    if (!names.length) return;
    let common = names[0];
    while (!names.every((name) => name.startsWith(common))) common = common.slice(0, -1);
    if (common.length > begun.length) type(area, common.slice(begun.length));
    const shown = names.slice(0, MOST).join(", ");
    say(names.length === 1 ? "" : names.length > MOST ? `${shown}, …` : shown);
  }

  // Replaces `block`, Sphinx's block of code, by an editor. `run` is called on Shift-Enter,
  // `complete` and `say` where Tab is to end a name.
  nnLive.editor = (block, code, { label, hint, changed, run, complete, say }) => {
    const box = document.createElement("div");
    const pre = document.createElement("pre");
    const area = document.createElement("textarea");
    box.className = "nn-editor highlight";
    pre.setAttribute("aria-hidden", "true");
    Object.assign(area, { value: code, spellcheck: false, wrap: "off", id: `nn-edit-${(count += 1)}` });
    area.setAttribute("autocapitalize", "off");
    area.setAttribute("autocomplete", "off");
    area.setAttribute("autocorrect", "off");
    area.setAttribute("aria-label", label);
    area.setAttribute("aria-describedby", hint);

    function paint() {
      pre.innerHTML = `${nnLive.highlight(area.value)}\n`;
      area.rows = area.value.split("\n").length;
    }

    let leaving = false; // after Escape, Tab goes on to the next control
    area.addEventListener("input", () => {
      paint();
      changed(area.value);
    });
    area.addEventListener("blur", () => (leaving = false));
    area.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        run();
      } else if (event.key === "Enter") {
        event.preventDefault();
        newLine(area);
      } else if (event.key === "Escape") {
        leaving = true;
      } else if (event.key === "Tab" && !leaving && !event.altKey && !event.ctrlKey) {
        event.preventDefault();
        if (!event.shiftKey && inName(area)) finish(area, { complete, say });
        else shift(area, event.shiftKey);
      } else if (event.key !== "Tab" && event.key !== "Shift") {
        leaving = false;
      }
    });

    box.append(pre, area);
    block.replaceWith(box);
    paint();
    return {
      area,
      get code() {
        return area.value;
      },
      set code(text) {
        area.value = text;
        paint();
        changed(text);
      },
      remove() {
        box.replaceWith(block);
      },
    };
  };
})();

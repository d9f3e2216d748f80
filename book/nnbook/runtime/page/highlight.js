// Colours Python while it is typed, with the classes that Pygments gave the code of the page.
"use strict";

(() => {
  const WORDS = {
    k: "as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal pass raise return try while with yield and or not match case",
    kc: "True False None",
    nb: "abs all any bool bytes callable dict dir divmod enumerate eval filter float format getattr hasattr hash help id input int isinstance iter len list map max min next object open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip",
  };
  const CLASS = new Map(
    Object.entries(WORDS).flatMap(([name, words]) => words.split(" ").map((word) => [word, name])),
  );
  const TOKENS = new RegExp(
    [
      "(?<c1>#[^\\n]*)",
      "(?<s1>\\b[rRbBfFuU]{0,2}(?:\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)" +
        "|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?)" +
        "|(?:\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)" +
        "|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?))",
      "(?<mi>\\b(?:0[xob][\\da-fA-F_]+|\\d[\\d_]*(?:\\.[\\d_]*)?(?:[eE][+-]?\\d+)?j?)\\b\\.?)",
      "(?<nd>@[\\w.]+)",
      "(?<word>[^\\W\\d]\\w*)",
      "(?<o>[-+*/%@&|^~<>=!]+)",
    ].join("|"),
    "gu",
  );

  const escape = (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

  // Returns HTML.
  nnLive.highlight = (code) => {
    let html = "";
    let at = 0;
    let before = "";
    for (const match of code.matchAll(TOKENS)) {
      html += escape(code.slice(at, match.index));
      at = match.index + match[0].length;
      let [name] = Object.entries(match.groups).find(([, text]) => text !== undefined);
      if (name === "word") {
        if (before === "def") name = "nf";
        else if (before === "class") name = "nc";
        else name = code[match.index - 1] === "." ? "" : (CLASS.get(match[0]) ?? "");
      }
      before = match[0];
      html += name ? `<span class="${name}">${escape(match[0])}</span>` : escape(match[0]);
    }
    return html + escape(code.slice(at));
  };
})();

// How Sphinx's search orders what it finds: by how often a page speaks of all the words that are
// sought, chapters before the reference, names of functions last. (Sphinx looks for a `var`.)
var Scorer = {
  score: ([docname, title, anchor, descr, score]) => {
    let weight = score;
    if (docname.startsWith("chapters/")) weight += 4;
    else if (docname === "book/glossary") weight += 6;
    else weight -= 4;
    if (docname.startsWith("book/api/") || docname.startsWith("_modules/")) weight -= 6;
    const counts = window.nnSubjects?.[docname] ?? {};
    const query = new URLSearchParams(window.location.search).get("q") ?? "";
    const stemmer = new Stemmer();
    const words = query.toLowerCase().match(/[\p{L}]{3,}/gu) ?? [];
    const each = words.map((word) => Math.log2(1 + (counts[stemmer.stemWord(word)] ?? 0)));
    if (each.length) weight += 2 * Math.min(...each) + each.reduce((a, b) => a + b, 0) / each.length;
    return weight;
  },
  objNameMatch: 9,
  objPartialMatch: 1,
  objPrio: { 0: 4, 1: 1, 2: -5 },
  objPrioDefault: 0,
  title: 8,
  partialTitle: 4,
  term: 4,
  partialTerm: 1,
};

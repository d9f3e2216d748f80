/* The chapters in JupyterLab as the book shows them. jupyterlab-myst renders one notebook and knows
   no bibliography: here its tree of a cell is completed before it is shown, with citations, links
   to other chapters and the guide's numbers. Explorers move by their stored pictures until their
   cells have run. The file is a module container, as JupyterLab expects of an extension, written
   by hand, so that nothing has to be built. */
(() => {
  const NAME = "nnbook";
  const here = document.currentScript.src;
  let scope;

  const imported = async (name) => {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  };

  async function readIndex() {
    const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
    const answer = await fetch(`${config.baseUrl}nnbook/index.json`);
    return answer.ok ? answer.json() : null;
  }

  // --- The tree of a cell ---

  const text = (value) => ({ type: "text", value });
  const capital = (word) => word[0].toUpperCase() + word.slice(1);
  const stem = (path) => path.split("/").pop().replace(/\.ipynb$/, "");

  /* JupyterLab scrolls to cells, not to labels. */
  const elsewhere = (target) => `../${target.page}#cell-id=${target.cell}`;

  /* Where a label or a page of the book stands, as a link on `page` says it; null if unknown. */
  function address(index, page, url) {
    const [path, label] = url.replace(/^#/, "").split("#");
    const target = index.targets[path];
    if (target) return target.page === page ? `#${path}` : elsewhere(target);
    const known = index.pages[stem(path)];
    if (known) return `../${known}${label ? `#${label}` : ""}`;
    return /^\.\.\/\w+\/index$/.test(path) ? `${path}.md` : null;
  }

  function cited(index, node) {
    const entry = index.citations[node.label];
    if (entry) node.children = [text(entry[node.kind === "narrative" ? "narrative" : "parenthetical"])];
    return node;
  }

  function chapter(index, node) {
    const known = index.chapters[node.value];
    if (!known) return node;
    const title = [text(known.title)];
    const named = known.page
      ? { type: "link", url: `../${known.page}`, children: title }
      : { type: "emphasis", children: title };
    const rest = text(` (${node.value}${known.page ? "" : ", to come"})`);
    return { type: "span", children: [named, rest] };
  }

  /* A reference to a label of another notebook; those to its own are jupyterlab-myst's. */
  function referred(index, page, node) {
    const target = index.targets[node.label ?? node.identifier];
    if (!target || target.page === page) return node;
    const name = text(capital(`${target.kind ?? "section"} ${target.number ?? ""}`.trim()));
    const children = node.children?.length ? node.children : [name];
    return { type: "link", url: elsewhere(target), children };
  }

  function completed(index, page, node) {
    switch (node.type) {
      case "math": // formulas of the guide carry its number in themselves
        node.enumerated = false;
        break;
      case "proof": {
        const number = index.targets[node.label]?.number;
        if (number) node.enumerator = String(number);
        else node.enumerated = false;
        break;
      }
      case "cite":
        return cited(index, node);
      case "crossReference":
        return referred(index, page, node);
      case "mystRole":
        return node.name === "chapter" ? chapter(index, node) : node;
      case "link": {
        const found = address(index, page, node.url);
        if (found) node.url = found;
      }
    }
    if (node.children) node.children = node.children.map((child) => completed(index, page, child));
    return node;
  }

  /* Complete whatever jupyterlab-myst makes of a cell, whenever it makes it. */
  function complete(cell, index, page) {
    let tree = cell._fragmentMDAST;
    Object.defineProperty(cell, "_fragmentMDAST", {
      get: () => tree,
      set: (made) => (tree = made && completed(index, page, made)),
    });
    const model = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(cell), "mystModel");
    Object.defineProperty(cell, "mystModel", {
      get: () => model.get.call(cell),
      set: (next) => {
        if (next.references?.cite) next.references.cite.data = index.citations;
        model.set.call(cell, next);
      },
    });
  }

  function completeCells(factory, index) {
    const create = factory.createMarkdownCell.bind(factory);
    factory.createMarkdownCell = (options) => {
      const cell = create(options);
      const page = index.pages[stem(options.rendermime.resolver?.path ?? "")];
      if (page && "mystModel" in cell) {
        cell.node.dataset.nnBook = "";
        complete(cell, index, page);
      }
      return cell;
    };
  }

  /* Call collapsed cells what they hold. JupyterLab shows their first line. */
  function nameFolds(factory, index) {
    const create = factory.createCodeCell.bind(factory);
    factory.createCodeCell = (options) => {
      const cell = create(options);
      const name = index.folds[cell.model.id];
      if (name) cell.node.dataset.nnFold = name;
      return cell;
    };
    const rules = [...new Set(Object.values(index.folds))].map(
      (name) => `[data-nn-fold="${name}"] { --nn-fold: "${name}"; }`,
    );
    document.head.append(element("style", {}, rules.join("\n")));
  }

  // --- Explorers ---

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function control(spec, show) {
    if (spec.kind === "choice") {
      const options = spec.frames.map((frame) => element("option", {}, frame.label));
      const choice = element("select", { oninput: () => show(choice.selectedIndex) }, ...options);
      choice.selectedIndex = spec.start;
      return choice;
    }
    const slider = { type: "range", min: 0, max: spec.frames.length - 1, value: spec.start };
    return element("input", { ...slider, oninput: (event) => show(Number(event.target.value)) });
  }

  /* The explorer of a stored output: its pictures, moved by its main control. */
  function storedExplorer(spec) {
    const image = element("img", { width: spec.width });
    const value = element("output", {});
    const sentence = element("p", {});
    const show = (k) => {
      const { data, label, text } = spec.frames[k];
      image.src = `data:image/${data.startsWith("UklGR") ? "webp" : "png"};base64,${data}`;
      image.alt = sentence.textContent = text;
      value.textContent = spec.kind === "choice" ? "" : label;
    };
    const mover = control(spec, show);
    mover.dataset.lmSuppressShortcuts = "true"; // arrows move it, not the notebook
    const label = element("label", {}, `${spec.label} `, mover, value);
    show(spec.start);
    const others = spec.others.map(([name, value]) => `${name} = ${value}`).join(", ");
    const hint = others
      ? `Run the cells of this notebook to move the others as well: ${others}.`
      : "These are stored pictures. Run the cells of this notebook to draw them afresh.";
    return element(
      "div",
      { className: "nn-explorer", role: "group", ariaLabel: spec.title },
      element("p", {}, element("strong", {}, spec.title)),
      element("p", {}, label),
      image,
      sentence,
      element("p", { className: "nn-hint" }, hint),
    );
  }

  /* Show pictures with the words for those who do not see them, explorers with their control. */
  function renderPictures(rendermime) {
    const plain = rendermime.getFactory("image/png");
    const createRenderer = (options) => {
      const renderer = plain.createRenderer(options);
      const render = renderer.renderModel.bind(renderer);
      renderer.renderModel = async (model) => {
        const spec = model.metadata.explorer;
        if (spec?.frames) return renderer.node.replaceChildren(storedExplorer(spec));
        await render(model);
        const words = model.metadata["image/png"]?.alt;
        if (words) renderer.node.querySelector("img").alt = words;
      };
      return renderer;
    };
    rendermime.addFactory({ ...plain, createRenderer }, plain.defaultRank);
  }

  /* Let live explorers say that their controls wait for the kernel: not while a figure is drawn,
     and without a break between two cells. */
  function watch(panel) {
    let show = null;
    let hide = null;
    panel.sessionContext.statusChanged.connect((_, status) => {
      clearTimeout(hide);
      if (status === "busy") {
        show ??= setTimeout(() => panel.node.classList.add("nn-busy"), 700);
        return;
      }
      hide = setTimeout(() => {
        clearTimeout(show);
        show = null;
        panel.node.classList.remove("nn-busy");
      }, 200);
    });
  }

  /* JupyterLab writes what the kernel says of its Python into the notebook, the version too, and
     calls the notebook changed. Nobody changed it, so it stays as clean as it was. */
  function keepClean(panel) {
    panel.model.metadataChanged.connect((model, { key }) => {
      if (key !== "language_info" || model.dirty) return;
      queueMicrotask(() => {
        model.dirty = false;
      });
    });
  }

  async function plugin() {
    const { NotebookPanel, INotebookTracker } = await imported("@jupyterlab/notebook");
    const { IRenderMimeRegistry } = await imported("@jupyterlab/rendermime");
    const index = await readIndex();
    return {
      id: `${NAME}:chapters`,
      description: "Shows the chapters as the book does.",
      autoStart: true,
      requires: [NotebookPanel.IContentFactory, IRenderMimeRegistry, INotebookTracker],
      activate: (app, factory, rendermime, tracker) => {
        if (index) {
          completeCells(factory, index);
          nameFolds(factory, index);
        }
        renderPictures(rendermime);
        tracker.widgetAdded.connect((_, panel) => {
          watch(panel);
          panel.context.ready.then(() => keepClean(panel));
        });
      },
    };
  }

  const container = {
    init: (given) => {
      scope = given;
    },
    get: async (module) => {
      if (module === "./style") {
        document.head.append(element("link", { rel: "stylesheet", href: here.replace(/\.js/, ".css") }));
        return () => ({});
      }
      const made = await plugin();
      return () => ({ __esModule: true, default: made });
    },
  };
  (window._JUPYTERLAB ??= {})[NAME] = container;
})();

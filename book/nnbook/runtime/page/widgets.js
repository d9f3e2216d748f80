// The page's side of ipywidgets: the controls that the book and its readers use, from the
// browser's own elements. Python keeps the state; the page shows it and reports what a reader does.
"use strict";

(() => {
  const models = new Map();
  const { element } = nnLive;
  const reference = (text) => text.replace("IPY_MODEL_", "");

  class Model {
    constructor(id, state) {
      this.id = id;
      this.state = state;
      this.listeners = new Set();
      this.pending = null; // changes that wait until Python has answered the last ones
      this.busy = false;
    }

    // What the reader did: shown at once everywhere, sent when Python is free; the newest wins.
    set(changes) {
      this.take(changes);
      this.pending = { ...this.pending, ...changes };
      if (!this.busy) this.flush();
    }

    flush() {
      this.busy = Boolean(this.pending);
      if (!this.pending) return;
      this.send({ method: "update", state: this.pending, buffer_paths: [] });
      this.pending = null;
    }

    send(content) {
      nnLive.post({ type: "comm", cell: this.cell, comm: this.id, json: JSON.stringify(content) });
    }

    take(changes) {
      Object.assign(this.state, changes);
      this.listeners.forEach((listener) => listener(changes));
    }
  }

  // --- Pieces -----------------------------------------------------------------------------------

  let count = 0;
  // A row of description, control and whatever stands behind it.
  function row(model, control, ...rest) {
    const line = element("div", "nn-widget");
    if (model.state.description) {
      const label = element("label", "", model.state.description);
      control.id = `nn-widget-${(count += 1)}`;
      label.htmlFor = control.id;
      line.append(label);
    }
    line.append(control, ...rest);
    return line;
  }

  function input(type, properties = {}) {
    return Object.assign(element("input"), { type, autocomplete: "off" }, properties);
  }

  // Keeps a view in step with its model.
  function follow(model, update) {
    update(model.state);
    model.listeners.add(() => update(model.state));
  }

  function number(value, format = "") {
    const places = format.match(/\.(\d+)([f%eg]?)/);
    if (!places) return String(value);
    if (places[2] === "%") return `${(100 * value).toFixed(places[1])}%`;
    if (places[2] === "e") return value.toExponential(places[1]);
    if (places[2] === "g") return String(Number(value.toPrecision(places[1] || 1)));
    return value.toFixed(places[1]);
  }

  const moved = (model) => (model.state.continuous_update === false ? "change" : "input");

  // --- Views ------------------------------------------------------------------------------------

  function slider(toValue = Number, toPlace = Number) {
    return (model) => {
      const control = input("range");
      const value = element("span", "nn-value");
      control.addEventListener(moved(model), () => model.set({ value: toValue(control.value, model) }));
      follow(model, (state) => {
        Object.assign(control, { min: state.min, max: state.max, disabled: state.disabled });
        control.step = state.step ?? 0.1;
        control.value = toPlace(state.value, model);
        value.textContent = state.readout === false ? "" : number(state.value, state.readout_format);
      });
      return row(model, control, value);
    };
  }

  function range(model) {
    const ends = [input("range"), input("range")];
    const value = element("span", "nn-value");
    const box = element("span", "nn-range");
    box.setAttribute("role", "group");
    ends.forEach((control, i) => {
      control.setAttribute("aria-label", `${model.state.description} ${["from", "to"][i]}`);
      control.addEventListener(moved(model), () => {
        const found = ends.map((end) => end.valueAsNumber);
        model.set({ value: i ? [Math.min(...found), found[1]] : [found[0], Math.max(...found)] });
      });
      box.append(control);
    });
    follow(model, ({ min, max, step, value: pair, readout_format: format }) => {
      ends.forEach((control, i) => {
        Object.assign(control, { min, max, step });
        control.value = pair[i];
      });
      value.textContent = pair.map((end) => number(end, format)).join(" – ");
    });
    const line = row(model, box, value);
    return line;
  }

  function selectionSlider(model) {
    const control = input("range", { min: 0, step: 1 });
    const value = element("span", "nn-value");
    control.addEventListener(moved(model), () => model.set({ index: control.valueAsNumber }));
    follow(model, (state) => {
      control.max = state._options_labels.length - 1;
      control.value = state.index;
      value.textContent = state._options_labels[state.index];
      control.setAttribute("aria-valuetext", value.textContent);
    });
    return row(model, control, value);
  }

  function select(size) {
    return (model) => {
      const control = element("select");
      if (size) control.size = model.state.rows ?? 5;
      control.addEventListener("change", () => model.set({ index: control.selectedIndex }));
      follow(model, (state) => {
        const texts = [...control.options].map((option) => option.text);
        if (texts.join("\n") !== state._options_labels.join("\n")) {
          control.replaceChildren(...state._options_labels.map((text) => new Option(text)));
        }
        control.selectedIndex = state.index ?? -1;
        control.disabled = state.disabled;
      });
      return row(model, control);
    };
  }

  function choices(type) {
    return (model) => {
      const box = element("span", "nn-choices");
      const name = `nn-choice-${(count += 1)}`;
      box.setAttribute("role", type === "radio" ? "radiogroup" : "group");
      follow(model, (state) => {
        box.replaceChildren(
          ...state._options_labels.map((text, i) => {
            if (type === "radio") {
              const control = input("radio", { name, checked: i === state.index });
              control.addEventListener("change", () => model.set({ index: i }));
              const label = element("label");
              label.append(control, ` ${text}`);
              return label;
            }
            const control = element("button", "", text);
            control.type = "button";
            control.setAttribute("aria-pressed", String(i === state.index));
            control.addEventListener("click", () => model.set({ index: i }));
            return control;
          }),
        );
      });
      return row(model, box);
    };
  }

  function checkbox(model) {
    const control = input("checkbox");
    control.addEventListener("change", () => model.set({ value: control.checked }));
    follow(model, (state) => {
      Object.assign(control, { checked: state.value, disabled: state.disabled });
    });
    return row(model, control);
  }

  function button(model) {
    const control = element("button");
    control.type = "button";
    control.addEventListener("click", () => {
      if ("value" in model.state) model.set({ value: !model.state.value });
      else model.send({ method: "custom", content: { event: "click" } });
    });
    follow(model, (state) => {
      control.textContent = state.description || state.icon;
      control.title = state.tooltip ?? "";
      control.disabled = state.disabled;
      if ("value" in state) control.setAttribute("aria-pressed", String(state.value));
    });
    const line = element("div", "nn-widget");
    line.append(control);
    return line;
  }

  function play(model) {
    const control = element("button", "nn-play");
    control.type = "button";
    let timer = null;
    const { state } = model;
    function step() {
      let next = state.value + state.step;
      if (next > state.max) {
        if (!(state.repeat ?? state._repeat)) {
          model.set({ playing: false });
          return;
        }
        next = state.min;
      }
      model.set({ value: next });
    }
    control.addEventListener("click", () => {
      const playing = !state.playing;
      model.set(playing && state.value >= state.max ? { playing, value: state.min } : { playing });
    });
    follow(model, () => {
      control.textContent = state.playing ? "Pause" : "Play";
      if (state.playing && timer === null) {
        timer = setInterval(() => (control.isConnected ? step() : clearInterval(timer)), state.interval);
      } else if (!state.playing) {
        clearInterval(timer);
        timer = null;
      }
    });
    return row(model, control);
  }

  function text(type) {
    return (model) => {
      const control = type === "area" ? element("textarea") : input(type);
      const live = type !== "number" && model.state.continuous_update !== false;
      control.addEventListener(live ? "input" : "change", () => {
        if (type !== "number") model.set({ value: control.value });
        else if (control.value !== "") model.set({ value: control.valueAsNumber });
      });
      follow(model, (state) => {
        control.disabled = state.disabled;
        control.placeholder = state.placeholder ?? "";
        if (type === "number") {
          for (const name of ["min", "max", "step"]) control[name] = state[name] ?? "";
          if (!state.step && model.state._model_name.includes("Float")) control.step = "any";
        }
        if (String(state.value) !== control.value) control.value = state.value;
      });
      return row(model, control);
    };
  }

  function words(html) {
    return (model) => {
      const box = element("div", "nn-words-widget");
      follow(model, (state) => {
        if (html) box.innerHTML = state.value;
        else box.textContent = state.value;
        if (/\$|\\\(/.test(state.value)) nnLive.typeset(box);
      });
      return model.state.description ? row(model, box) : box;
    };
  }

  function image(model) {
    const made = element("img");
    made.alt = "";
    follow(model, (state) => {
      if (made.src) URL.revokeObjectURL(made.src);
      made.src = URL.createObjectURL(new Blob([state.value], { type: `image/${state.format}` }));
      if (state.width) made.width = parseInt(state.width, 10);
    });
    return made;
  }

  function progress(model) {
    const control = element("progress");
    follow(model, (state) => {
      control.max = state.max - state.min;
      control.value = state.value - state.min;
    });
    return row(model, control);
  }

  function children(name, wrap = (view) => view) {
    return (model) => {
      const box = element("div", name);
      let shown = null;
      follow(model, (state) => {
        const now = JSON.stringify([state.children, state.titles]);
        if (now === shown) return;
        shown = now;
        const views = state.children.map((child) => nnLive.widgets.view(reference(child)));
        box.replaceChildren(...views.map((view, i) => wrap(view, state.titles?.[i] ?? `${i + 1}`, i)));
      });
      return box;
    };
  }

  function fold(view, title, i) {
    const box = element("details");
    box.open = i === 0;
    box.append(element("summary", "", title), view);
    return box;
  }

  function output(model) {
    const box = element("div", "nn-output");
    follow(model, (state) => {
      const fresh = element("div");
      state.outputs.forEach((one) => nnLive.render(fresh, one, { cell: model.cell }));
      box.replaceChildren(...fresh.childNodes);
    });
    return box;
  }

  const logarithm = (value, { state }) => Math.log(value) / Math.log(state.base);
  const VIEWS = {
    IntSlider: slider(),
    FloatSlider: slider(),
    FloatLogSlider: slider((place, { state }) => state.base ** Number(place), logarithm),
    IntRangeSlider: range,
    FloatRangeSlider: range,
    SelectionSlider: selectionSlider,
    Dropdown: select(false),
    Select: select(true),
    RadioButtons: choices("radio"),
    ToggleButtons: choices("button"),
    Checkbox: checkbox,
    Button: button,
    ToggleButton: button,
    Play: play,
    Text: text("text"),
    Textarea: text("area"),
    IntText: text("number"),
    FloatText: text("number"),
    BoundedIntText: text("number"),
    BoundedFloatText: text("number"),
    HTML: words(true),
    HTMLMath: words(true),
    Label: words(false),
    Image: image,
    IntProgress: progress,
    FloatProgress: progress,
    Box: children("nn-row"),
    HBox: children("nn-row"),
    VBox: children("nn-column"),
    GridBox: children("nn-row"),
    Accordion: children("nn-column", fold),
    Tab: children("nn-column", fold),
    Output: output,
  };

  function style(box, model) {
    const layout = models.get(reference(model.state.layout ?? ""))?.state ?? {};
    for (const name of ["width", "max_width", "height", "display", "visibility", "margin"]) {
      if (layout[name]) box.style.setProperty(name.replace("_", "-"), layout[name]);
    }
    return box;
  }

  // jslink and jsdlink: two traits that follow each other without Python.
  function link({ state }) {
    const [source, target] = [state.source, state.target].map(([model, trait]) => [
      models.get(reference(model)),
      trait,
    ]);
    const tie = ([from, trait], [to, other]) => {
      const copy = () => {
        const value = from.state[trait];
        if (to.state[other] !== value) to.set({ [other]: value });
      };
      from.listeners.add(copy);
      copy();
    };
    tie(source, target);
    if (state._model_name === "LinkModel") tie(target, source);
  }

  // --- Messages ---------------------------------------------------------------------------------

  // Bytes travel beside the state; each has a path to where it belongs.
  function withBuffers({ state, buffer_paths: paths = [] }, buffers) {
    paths.forEach((path, i) => {
      const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
      holder[path.at(-1)] = buffers[i];
    });
    return state;
  }

  nnLive.widgets = {
    message({ kind, comm, data, buffers, cell }) {
      const model = models.get(comm);
      if (kind === "comm_open") {
        const made = new Model(comm, withBuffers(data, buffers));
        made.cell = cell;
        models.set(comm, made);
        if (/^(?:Directional)?LinkModel$/.test(made.state._model_name)) link(made);
      } else if (kind === "comm_msg" && data.method === "update") {
        model?.take(withBuffers(data, buffers));
      } else if (kind === "comm_close") models.delete(comm);
    },

    idle(comm) {
      models.get(comm)?.flush();
    },

    view(id) {
      const model = models.get(id);
      const name = model?.state._model_name?.replace(/Model$/, "");
      if (!VIEWS[name]) return element("p", "nn-unknown", `(The page cannot show ${name ?? "this widget"}.)`);
      return style(VIEWS[name](model), model);
    },

    forget() {
      models.clear();
    },
  };
})();

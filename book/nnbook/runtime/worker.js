// The worker in which Python runs: it starts Pyodide, takes the packages from its helper, and
// hands messages to the kernel, one after the other.
const SITE = "/lib/python3.12/site-packages";
let python;
let kernel;
let bytecode;
let cell = null; // whose code or controls are at work

function say(type, more = {}, transfer = []) {
  self.postMessage({ type, cell, ...more }, transfer);
}

// The kernel sends through this: what it is about, and arrays of bytes.
self.nnSend = (type, json, buffers) => {
  const lists = buffers ? [...buffers] : [];
  say(type, { ...JSON.parse(json), buffers: lists }, lists.map((bytes) => bytes.buffer));
};

function write(folder, name, bytes, FS = python.FS) {
  const path = `${folder}/${name}`;
  FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  FS.writeFile(path, bytes, { canOwn: true });
}

// Python reads these while it starts. Its own library comes as source, too, and compiling what the
// start itself imports takes more than a second.
function provide(FS, files, compiled) {
  for (const [name, text] of Object.entries(files)) write(`${SITE}/nnkernel`, name, text, FS);
  write(SITE, "sitecustomize.py", "from nnkernel import bytecode\nbytecode.install()\n", FS);
  if (compiled) write(SITE, "nnkernel/compiled", compiled, FS);
}

function packages(port) {
  return new Promise((done, failed) => {
    port.onmessage = ({ data }) => {
      if (data.failed) failed(new Error(data.failed));
      else done(data);
    };
  });
}

async function boot({ key, base, port, wheel, files, interrupt }) {
  const unpacked = packages(port);
  const compiled = recall(key, "code");
  unpacked.catch(() => {}); // it is awaited below; it may fail before
  say("stage", { text: "Loading Python …" });
  try {
    importScripts(`${base}pyodide.js`);
  } catch {
    throw new Error(`${base}pyodide.js could not be loaded.`);
  }
  python = await loadPyodide({
    indexURL: base,
    env: { HOME: "/home/pyodide" },
    fsInit: async (FS) => provide(FS, files, await compiled),
  });
  say("stage", { text: "Loading NumPy and matplotlib …" });
  const { names, ends, bytes } = await unpacked;
  names.forEach((name, i) => write(SITE, name, bytes.subarray(ends[i - 1] ?? 0, ends[i])));
  python.unpackArchive(wheel, "wheel", { extractDir: SITE });
  if (interrupt) python.setInterruptBuffer(interrupt);
  say("stage", { text: "Starting Python …" });
  bytecode = python.pyimport("nnkernel.bytecode");
  kernel = python.pyimport("nnkernel.run");
  say("ready", { version: python.version, pace: python.pyimport("nnkernel.pace").pace() });
}

async function handle(message) {
  cell = message.cell ?? null;
  if (message.type === "boot") await boot(message);
  else if (message.type === "file") {
    if (message.name.endsWith(".zip")) python.unpackArchive(message.bytes, "zip", { extractDir: SITE });
    else write(`${SITE}/nnlib`, message.name, message.bytes);
  } else if (message.type === "run") {
    say("begun");
    say("ended", { state: await kernel.run_cell(message.code, message.name) });
  } else if (message.type === "keep") {
    const bytes = bytecode.collect();
    if (bytes) await keep(message.key, "code", bytes.toJs());
    bytes?.destroy();
    say("kept");
  } else if (message.type === "draw") {
    const { explorer, places, density, hasty } = message;
    kernel.draw(explorer, JSON.stringify(places), density, hasty);
  } else if (message.type === "complete") {
    const names = kernel.complete(message.text);
    say("completions", { number: message.number, names: names.toJs() });
    names.destroy();
  } else if (message.type === "comm") {
    kernel.comm_message(message.comm, message.json);
    say("idle", { comm: message.comm });
  }
}

let last = Promise.resolve();
self.onmessage = ({ data }) => {
  last = last.then(() => handle(data)).catch((error) => say("failed", { text: error.message }));
};

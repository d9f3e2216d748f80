// The worker in which Python runs: it starts Pyodide, takes the packages from its helper, and
// hands messages to the kernel, one after the other.
"use strict";

const SITE = "/lib/python3.12/site-packages";
let python;
let kernel;
let cell = null; // whose code or controls are at work

function say(type, more = {}, transfer = []) {
  self.postMessage({ type, cell, ...more }, transfer);
}

// The kernel sends through this: what it is about, and arrays of bytes.
self.nnSend = (type, json, buffers) => {
  const lists = buffers ? [...buffers] : [];
  say(type, { ...JSON.parse(json), buffers: lists }, lists.map((bytes) => bytes.buffer));
};

function write(folder, name, bytes) {
  const path = `${folder}/${name}`;
  python.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  python.FS.writeFile(path, bytes, { canOwn: true });
}

function packages(port) {
  return new Promise((done, failed) => {
    const parcels = [];
    port.onmessage = ({ data }) => {
      if (data.failed) failed(new Error(data.failed));
      else if (data.done) done(parcels);
      else parcels.push(data.entries);
    };
  });
}

async function boot({ base, port, wheel, files, interrupt }) {
  const unpacked = packages(port);
  unpacked.catch(() => {}); // it is awaited below; it may fail before
  say("stage", { text: "Loading Python …" });
  try {
    importScripts(`${base}pyodide.js`);
  } catch {
    throw new Error(`${base}pyodide.js could not be loaded.`);
  }
  python = await loadPyodide({ indexURL: base, env: { HOME: "/home/pyodide" } });
  say("stage", { text: "Loading NumPy and matplotlib …" });
  for (const parcel of await unpacked) for (const [name, bytes] of parcel) write(SITE, name, bytes);
  python.unpackArchive(wheel, "wheel");
  for (const [name, text] of Object.entries(files)) write(`${SITE}/nnkernel`, name, text);
  if (interrupt) python.setInterruptBuffer(interrupt);
  say("stage", { text: "Starting Python …" });
  kernel = python.pyimport("nnkernel.run");
  say("ready", { version: python.version });
}

async function handle(message) {
  cell = message.cell ?? null;
  if (message.type === "boot") await boot(message);
  else if (message.type === "file") {
    if (message.name.endsWith(".zip")) python.unpackArchive(message.bytes, "zip", { extractDir: SITE });
    else write(`${SITE}/nnlib/data`, message.name, message.bytes);
  } else if (message.type === "run") {
    say("begun");
    say("ended", { state: await kernel.run_cell(message.code, message.name) });
  } else if (message.type === "draw") {
    kernel.draw(message.explorer, JSON.stringify(message.places), message.density);
  } else if (message.type === "comm") {
    kernel.comm_message(message.comm, message.json);
    say("idle", { comm: message.comm });
  }
}

let last = Promise.resolve();
self.onmessage = ({ data }) => {
  last = last.then(() => handle(data)).catch((error) => say("failed", { text: error.message }));
};

// The worker in which Python runs: it starts Pyodide, takes the packages from its helper, and
// hands messages to the kernel, one after the other.
"use strict";

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

// Compiled code from the last visit, by the version of the book. Where a page has no storage, as
// when it is opened from a disk, there is none.
function storage() {
  return new Promise((opened) => {
    try {
      const request = indexedDB.open("nn-live", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("bytecode");
      request.onsuccess = () => opened(request.result);
      request.onerror = () => opened(null);
    } catch {
      opened(null);
    }
  });
}

async function recall(key) {
  const database = await storage();
  if (!database) return null;
  return new Promise((found) => {
    const request = database.transaction("bytecode").objectStore("bytecode").get(key);
    request.onsuccess = () => found(request.result ?? null);
    request.onerror = () => found(null);
  }).finally(() => database.close());
}

async function keep(key, bytes) {
  const database = await storage();
  if (!database) return;
  const change = database.transaction("bytecode", "readwrite");
  change.objectStore("bytecode").clear();
  change.objectStore("bytecode").put(bytes, key);
  change.oncomplete = () => database.close();
}

async function boot({ key, base, port, wheel, files, interrupt }) {
  const unpacked = packages(port);
  const compiled = recall(key);
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
  python.unpackArchive(wheel, "wheel", { extractDir: SITE });
  for (const [name, text] of Object.entries(files)) write(`${SITE}/nnkernel`, name, text);
  if (interrupt) python.setInterruptBuffer(interrupt);
  say("stage", { text: "Starting Python …" });
  bytecode = python.pyimport("nnkernel.bytecode");
  bytecode.install(await compiled);
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
    if (bytes) await keep(message.key, bytes.toJs());
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

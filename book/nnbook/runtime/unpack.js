// A helper beside the worker: while Python starts, it fetches the packages and unpacks them with
// the browser's own inflate, or takes them as the last visit left them. Only what a figure needs is
// unpacked.
let parcel; // the names of all entries, their bytes one after the other, and where each ends
let version;
let known; // whether the browser keeps them already

async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The entries of a zip archive as [name, bytes].
async function unzip(buffer, unused) {
  const view = new DataView(buffer);
  let end = buffer.byteLength - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end -= 1;
  let at = view.getUint32(end + 16, true);
  const entries = [];
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const method = view.getUint16(at + 10, true);
    const size = view.getUint32(at + 20, true);
    const length = view.getUint16(at + 28, true);
    const rest = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const start = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(new Uint8Array(buffer, at + 46, length));
    at += 46 + length + rest;
    if (name.endsWith("/") || unused.test(name)) continue;
    const skip = 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    const bytes = new Uint8Array(buffer, start + skip, size);
    entries.push((method ? inflate(bytes) : Promise.resolve(bytes.slice())).then((d) => [name, d]));
  }
  return Promise.all(entries);
}

async function get(address, options) {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error(`${address} could not be loaded.`);
  }
  if (!answer.ok) throw new Error(`${address} could not be loaded (${answer.status}).`);
  return answer;
}

// The lock file holds each file's SHA-256; the browser refuses a file that does not match.
function integrity(hex) {
  const bytes = hex.match(/../g).map((pair) => parseInt(pair, 16));
  return `sha256-${btoa(String.fromCharCode(...bytes))}`;
}

async function fetched({ base, names, unused }) {
  const lock = await (await get(`${base}pyodide-lock.json`)).json();
  const archives = await Promise.all(
    names.map(async (name) => {
      const { file_name: file, sha256 } = lock.packages[name];
      const answer = await get(base + file, { integrity: integrity(sha256) });
      return unzip(await answer.arrayBuffer(), new RegExp(unused));
    }),
  );
  return joined(archives.flat());
}

function joined(entries) {
  const ends = [];
  let end = 0;
  for (const [, bytes] of entries) ends.push((end += bytes.length));
  const all = new Uint8Array(end);
  entries.forEach(([, bytes], i) => all.set(bytes, ends[i] - bytes.length));
  return { names: entries.map(([name]) => name), ends, bytes: all };
}

self.onmessage = async ({ data }) => {
  if (data.type === "keep") {
    if (!known) await keep(version, "packages", parcel);
    self.postMessage("kept");
    return;
  }
  version = data.key;
  try {
    parcel = await recall(version, "packages");
    known = parcel !== null;
    parcel ??= await fetched(data);
    data.port.postMessage(parcel);
    if (known) parcel = null;
  } catch (error) {
    data.port.postMessage({ failed: error.message });
  }
};

// A helper beside the worker: while Python starts, it fetches the packages and unpacks them with
// the browser's own inflate. Only what a figure needs is unpacked.
"use strict";

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

self.onmessage = async ({ data: { base, names, unused, port } }) => {
  try {
    const lock = await (await get(`${base}pyodide-lock.json`)).json();
    await Promise.all(
      names.map(async (name) => {
        const { file_name: file, sha256 } = lock.packages[name];
        const answer = await get(base + file, { integrity: integrity(sha256) });
        const entries = await unzip(await answer.arrayBuffer(), new RegExp(unused));
        port.postMessage({ entries }, [...new Set(entries.map(([, bytes]) => bytes.buffer))]);
      }),
    );
    port.postMessage({ done: true });
  } catch (error) {
    port.postMessage({ failed: error.message });
  }
};

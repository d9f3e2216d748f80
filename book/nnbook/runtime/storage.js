// What the workers keep in the browser for the next page: compiled code and unpacked packages of
// one version of the book. Where a page has no storage, as when it is opened from a disk, there is
// nothing. Both workers begin with this text.
"use strict";

function storage() {
  return new Promise((opened) => {
    try {
      const request = indexedDB.open("nn-live", 2);
      request.onupgradeneeded = () => {
        for (const store of request.result.objectStoreNames) request.result.deleteObjectStore(store);
        request.result.createObjectStore("kept");
      };
      request.onsuccess = () => opened(request.result);
      request.onerror = () => opened(null);
    } catch {
      opened(null);
    }
  });
}

async function recall(version, name) {
  const database = await storage();
  if (!database) return null;
  return new Promise((found) => {
    const request = database.transaction("kept").objectStore("kept").get([version, name]);
    request.onsuccess = () => found(request.result ?? null);
    request.onerror = () => found(null);
  }).finally(() => database.close());
}

// Puts a record away and throws away those of other versions. A full disk keeps nothing.
async function keep(version, name, value) {
  const database = await storage();
  if (!database) return;
  await new Promise((done) => {
    const change = database.transaction("kept", "readwrite");
    const store = change.objectStore("kept");
    store.delete(IDBKeyRange.upperBound([version], true));
    store.delete(IDBKeyRange.lowerBound([version, []], true));
    store.put(value, [version, name]);
    change.oncomplete = change.onabort = done;
  });
  database.close();
}

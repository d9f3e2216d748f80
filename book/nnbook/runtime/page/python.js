// Starts and ends the worker in which Python runs.
"use strict";

(() => {
  const about = window.nnAbout;
  let workers = [];
  let wheel;
  let sent; // files that this Python has
  let unpack; // the helper, until what it unpacked is kept
  let bell; // to interrupt Python, where the page is allowed to share memory with it

  // From a text, so that a page opened from a disk can have one too.
  function worker(name) {
    const address = URL.createObjectURL(new Blob([nnLive.texts[name]], { type: "text/javascript" }));
    const made = new Worker(address);
    URL.revokeObjectURL(address);
    workers.push(made);
    return made;
  }

  nnLive.post = (message, transfer = []) => workers[0]?.postMessage(message, transfer);

  const base = new URL(window.nnPyodide ?? about.pyodide, new URL(about.runtime, document.baseURI)).href;
  const key = `${about.version} ${base}`; // what is kept belongs to one build and one Python

  nnLive.python = {
    // Resolves when cells can run; `hear` gets every later message.
    async start(hear) {
      sent = new Set();
      const python = worker("worker");
      unpack = worker("unpack");
      const { port1, port2 } = new MessageChannel();
      unpack.postMessage(
        { type: "unpack", key, base, names: about.packages, unused: about.unused, port: port1 },
        [port1],
      );
      bell = window.crossOriginIsolated ? new Uint8Array(new SharedArrayBuffer(1)) : null;
      const ready = new Promise((resolve, reject) => {
        python.onmessage = ({ data }) => {
          if (data.type === "ready") resolve(data.version);
          else if (data.type === "failed") reject(new Error(data.text));
          hear(data);
        };
        python.onerror = (event) => reject(new Error(event.message || "The worker did not start."));
      });
      ready.catch(() => {});
      wheel ??= await nnLive.file(about.wheel);
      if (workers[0] !== python) throw new Error("Stopped.");
      python.postMessage(
        { type: "boot", key, base, port: port2, wheel, files: nnLive.kernel, interrupt: bell },
        [port2],
      );
      await ready;
    },

    // Sends the files that a cell's code names, each once.
    async supply(code) {
      const wanted = Object.entries(about.data).filter(([, words]) => new RegExp(words).test(code));
      if (/\bipywidgets\b/.test(code)) wanted.push(["widgets.zip"]);
      for (const [name] of wanted) {
        if (sent.has(name)) continue;
        const bytes = await nnLive.file(name);
        nnLive.post({ type: "file", name, bytes }, [bytes.buffer]);
        sent.add(name);
      }
    },

    // Keeps what was unpacked and compiled, so that the next page starts sooner.
    keep() {
      const [python] = workers;
      unpack.onmessage = () => {
        unpack.terminate();
        workers = [python];
        nnLive.post({ type: "keep", key });
      };
      unpack.postMessage({ type: "keep" });
    },

    // Asks the running code to stop; false if the page can only end Python altogether.
    interrupt() {
      if (!bell) return false;
      bell[0] = 2;
      return true;
    },

    end() {
      workers.forEach((one) => one.terminate());
      workers = [];
    },
  };
})();

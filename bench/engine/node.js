// Runs one command in node with its own WASI: node -e SCRIPT FILE ARGS…, the folder "." being the guest's. What it took is written
// to descriptor 3 as {"compile", "instantiate", "execute"} in seconds, or {"error"}.
"use strict";
const fs = require("fs");
const { WASI } = require("wasi");

const [file, ...args] = process.argv.slice(1);
const now = () => performance.now() / 1e3;
const result = {};
try {
  const bytes = fs.readFileSync(file);
  let before = now();
  const module = new WebAssembly.Module(bytes);
  result.compile = now() - before;

  before = now();
  const wasi = new WASI({ version: "preview1", args, preopens: { ".": "." }, returnOnExit: true });
  let marked = 0, began, seen = false;
  const bench = {
    start: () => { began = now(); },
    end: () => { marked += now() - began; seen = true; },
  };
  const instance = new WebAssembly.Instance(module, { ...wasi.getImportObject(), bench });
  result.instantiate = now() - before;

  before = now();
  const code = wasi.start(instance);
  result.execute = seen ? marked : now() - before;
  if (code) result.error = `exit code ${code}`;
} catch (error) {
  result.error = String(error);
}
fs.writeSync(3, JSON.stringify(result));

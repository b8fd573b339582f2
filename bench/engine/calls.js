// Measures calls of an export from JavaScript, and of JavaScript from a loop in the guest: node -e SCRIPT, the module on standard
// input. Writes [{"kind", "seconds", "allocations"}] to descriptor 3.
"use strict";
const fs = require("fs");
const module = new WebAssembly.Module(fs.readFileSync(0));
const instance = new WebAssembly.Instance(module, { host: { add: (a, b) => (a + b) | 0 } });
const { add, loop, empty } = instance.exports;

function exported(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = add(sum, i);
  return sum;
}

// measure runs loops of some 10 ms and takes the fastest, less the fastest without calls.
function measure(kind, run, idle) {
  const long = 10, loops = 41;
  const time = (f, n) => { const start = performance.now(); f(n); return performance.now() - start; };
  let n = 1000;
  for (let elapsed; (elapsed = time(run, n)) < long && n < 2 ** 28;) n = Math.min(n * 10, Math.ceil(n * 1.2 * long / Math.max(elapsed, 1e-3)));
  const fastest = (f) => Math.min(...Array.from({ length: loops }, () => time(f, n)));
  return { kind, seconds: (fastest(run) - (idle ? fastest(idle) : 0)) / n / 1e3, allocations: -1 };
}

fs.writeSync(3, JSON.stringify([measure("export-typed", exported), measure("host-typed", loop, empty)]));

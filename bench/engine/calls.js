// Measures calls of an export from JavaScript, and of JavaScript from a loop in the guest: node -e SCRIPT, the module on standard
// input. Writes [{"kind", "seconds", "allocations"}] to descriptor 3.
"use strict";
const fs = require("fs");
const module = new WebAssembly.Module(fs.readFileSync(0));
const instance = new WebAssembly.Instance(module, { host: { add: (a, b) => (a + b) | 0 } });
const { add, loop } = instance.exports;

function exported(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = add(sum, i);
  return sum;
}

function measure(kind, run) {
  const long = 50, loops = 7;
  const time = (n) => { const start = performance.now(); run(n); return performance.now() - start; };
  let n = 1000;
  for (let elapsed; (elapsed = time(n)) < long && n < 2 ** 28;) n = Math.min(n * 10, Math.ceil(n * 1.2 * long / Math.max(elapsed, 1e-3)));
  const times = [];
  for (let i = 0; i < loops; i++) times.push(time(n) / n / 1e3);
  times.sort((a, b) => a - b);
  return { kind, seconds: times[loops >> 1], allocations: -1 };
}

fs.writeSync(3, JSON.stringify([measure("export-typed", exported), measure("host-typed", loop)]));

// Drives life.wasm in node as driveLife does in Go and prints the same: the independent source of the expected output.
import fs from "node:fs";

const width = 96, height = 64, seed = 2024;
const abort = () => { throw new Error("abort"); };
const { instance } = await WebAssembly.instantiate(fs.readFileSync(process.argv.at(-1)), { env: { abort } });
const life = instance.exports;

life.reset(width, height, seed);
for (const generations of [0, 1, 9, 50]) {
  const alive = life.step(generations);
  console.log(`${generations} more generations: ${alive} alive, density ${life.density().toFixed(9)}`);
}
const cells = new Uint8Array(life.memory.buffer, life.cells(), width * height);
for (let y = 0; y < height; y++) {
  console.log(Array.from(cells.subarray(y * width, (y + 1) * width), (cell) => (cell ? "#" : ".")).join(""));
}
const address = life.census();
const size = new DataView(life.memory.buffer).getUint32(address - 4, true);
console.log(new TextDecoder("utf-16le").decode(new Uint8Array(life.memory.buffer, address, size)));
console.log("quotient", String(life.quotient(-7n, 2n)));
try {
  life.quotient(1n, 0n);
} catch (error) {
  console.log("quotient by zero aborts");
}

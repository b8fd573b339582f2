// Conway's Game of Life on a torus, a byte for a cell, as c/kernels/life.c plays it with 150.
import { benchEnd, benchStart, print } from "./wasi";

const width = 512, height = 512, generations = 150;

let cells = new Uint8Array(width * height);
let next = new Uint8Array(width * height);

function step(): void {
  for (let y = 0; y < height; y++) {
    const above = ((y + height - 1) % height) * width, here = y * width, below = ((y + 1) % height) * width;
    for (let x = 0; x < width; x++) {
      const left = (x + width - 1) % width, right = (x + 1) % width;
      const n: i32 = i32(cells[above + left]) + cells[above + x] + cells[above + right] + cells[here + left] + cells[here + right] +
        cells[below + left] + cells[below + x] + cells[below + right];
      next[here + x] = u8(n == 3 || (n == 2 && cells[here + x] != 0));
    }
  }
  const old = cells;
  cells = next;
  next = old;
}

let state: u32 = 2463534242;

function random(): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

export function _start(): void {
  for (let i = 0; i < width * height; i++) cells[i] = u8((random() >> 8) & 1);
  benchStart();
  for (let i = 0; i < generations; i++) step();
  benchEnd();
  let alive: u32 = 0, sum: u32 = 2166136261;
  for (let i = 0; i < width * height; i++) {
    alive += cells[i];
    sum = (sum ^ cells[i]) * 16777619;
  }
  print(alive.toString() + " alive, sum " + sum.toString());
}

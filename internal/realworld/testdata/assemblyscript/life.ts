// Life: Conway's game on a torus plus a little string work, as a library: the host makes a board, steps it, and reads cells
// and text out of the exported memory. Classes, arrays, maps and strings go through AssemblyScript's own garbage collector.

class Board {
  cells: Uint8Array;
  constructor(readonly width: i32, readonly height: i32) {
    this.cells = new Uint8Array(width * height);
  }

  neighbours(x: i32, y: i32): i32 {
    let count = 0;
    for (let dy = -1; dy <= 1; dy++) {
      let row = ((y + dy + this.height) % this.height) * this.width;
      for (let dx = -1; dx <= 1; dx++) {
        if (dx | dy) count += this.cells[row + (x + dx + this.width) % this.width];
      }
    }
    return count;
  }

  // next allocates a new board every time, so the collector has work to do.
  next(): Board {
    let after = new Board(this.width, this.height);
    for (let y = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++) {
        let n = this.neighbours(x, y);
        after.cells[y * this.width + x] = u8(n == 3 || (n == 2 && this.cells[y * this.width + x] == 1));
      }
    }
    return after;
  }
}

let board = new Board(1, 1);

/** Makes a board filled from a linear congruential generator. */
export function reset(width: i32, height: i32, seed: u32): void {
  board = new Board(width, height);
  for (let i = 0; i < board.cells.length; i++) {
    seed = seed * 1664525 + 1013904223;
    board.cells[i] = u8(seed >> 31);
  }
}

/** Runs the game and returns how many cells live. */
export function step(generations: i32): i32 {
  for (let i = 0; i < generations; i++) board = board.next();
  let alive = 0;
  for (let i = 0; i < board.cells.length; i++) alive += board.cells[i];
  return alive;
}

/** Address of the first cell in the exported memory; one byte a cell, row by row. */
export function cells(): usize {
  return board.cells.dataStart;
}

/** Counts how often each pattern of three cells occurs and renders the counts as one string (UTF-16, as stored). */
export function census(): string {
  let counts = new Map<string, i32>();
  for (let i = 0; i + 2 < board.cells.length; i++) {
    let key = "";
    for (let j = 0; j < 3; j++) key += board.cells[i + j] ? "#" : ".";
    counts.set(key, (counts.has(key) ? counts.get(key) : 0) + 1);
  }
  let keys = counts.keys().sort();
  let parts: string[] = [];
  for (let i = 0; i < keys.length; i++) parts.push(keys[i] + "=" + counts.get(keys[i]).toString());
  return parts.join(" ");
}

/** Density as a number with a fraction, to pass an f64 across. */
export function density(): f64 {
  return f64(step(0)) / f64(board.cells.length);
}

/** Divides with a check of its own: aborts when the divisor is zero. */
export function quotient(a: i64, b: i64): i64 {
  assert(b != 0, "division by zero");
  return a / b;
}

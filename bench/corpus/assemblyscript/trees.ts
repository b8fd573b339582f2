// Binary trees made, counted and forgotten, as scripts/trees.lua does with 14: the work is allocation and collection.
import { benchEnd, benchStart, print } from "./wasi";

class Tree {
  constructor(public left: Tree | null, public right: Tree | null) {}

  count(): i32 {
    const left = this.left, right = this.right;
    if (left === null || right === null) return 1;
    return 1 + left.count() + right.count();
  }
}

function make(depth: i32): Tree {
  if (depth == 0) return new Tree(null, null);
  return new Tree(make(depth - 1), make(depth - 1));
}

export function _start(): void {
  const n = 14;
  benchStart();
  const kept = make(n);
  for (let depth = 4; depth <= n; depth += 2) {
    const rounds = 1 << (n - depth + 4);
    let sum = 0;
    for (let i = 0; i < rounds; i++) sum += make(depth).count();
    print(rounds.toString() + " trees of depth " + depth.toString() + ": " + sum.toString());
  }
  print("kept " + kept.count().toString());
  benchEnd();
}

// Binary trees made, counted and forgotten; the last argument is their depth.
var n = +args[args.length - 1];

function make(depth) {
  if (depth === 0) return {left: null, right: null};
  return {left: make(depth - 1), right: make(depth - 1)};
}

function count(tree) {
  if (tree.left === null) return 1;
  return 1 + count(tree.left) + count(tree.right);
}

var kept = make(n);
for (var depth = 4; depth <= n; depth += 2) {
  var rounds = 1 << (n - depth + 4), sum = 0;
  for (var i = 0; i < rounds; i++) sum += count(make(depth));
  print(rounds + " trees of depth " + depth + ": " + sum);
}
print("kept " + count(kept));

# Binary trees made, counted and forgotten; the argument is their depth.
import sys


def make(depth):
    if depth == 0:
        return (None, None)
    return (make(depth - 1), make(depth - 1))


def count(tree):
    left, right = tree
    if left is None:
        return 1
    return 1 + count(left) + count(right)


n = int(sys.argv[1])
kept = make(n)
for depth in range(4, n + 1, 2):
    rounds = 1 << (n - depth + 4)
    total = sum(count(make(depth)) for _ in range(rounds))
    print(f"{rounds} trees of depth {depth}: {total}")
print(f"kept {count(kept)}")

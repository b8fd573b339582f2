# Binary trees made, counted and forgotten; the argument is their depth.
def make(depth)
  return [nil, nil] if depth.zero?
  [make(depth - 1), make(depth - 1)]
end

def count(tree)
  left, right = tree
  return 1 if left.nil?
  1 + count(left) + count(right)
end

n = ARGV[0].to_i
kept = make(n)
4.step(n, 2) do |depth|
  rounds = 1 << (n - depth + 4)
  sum = 0
  rounds.times { sum += count(make(depth)) }
  puts "#{rounds} trees of depth #{depth}: #{sum}"
end
puts "kept #{count(kept)}"

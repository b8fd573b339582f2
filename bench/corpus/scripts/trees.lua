-- Binary trees of depth n made, counted and forgotten.
local function make(depth)
  if depth == 0 then return {} end
  return {left = make(depth - 1), right = make(depth - 1)}
end

local function count(tree)
  if not tree.left then return 1 end
  return 1 + count(tree.left) + count(tree.right)
end

local kept = make(n)
for depth = 4, n, 2 do
  local rounds, sum = 1 << (n - depth + 4), 0
  for _ = 1, rounds do sum = sum + count(make(depth)) end
  print(rounds .. " trees of depth " .. depth .. ": " .. sum)
end
print("kept " .. count(kept))

-- All ways to place n queens, with tables for the columns and diagonals taken.
local columns, rising, falling, solutions, nodes = {}, {}, {}, 0, 0

local function place(row)
  if row > n then
    solutions = solutions + 1
    return
  end
  for column = 1, n do
    if not columns[column] and not rising[row + column] and not falling[row - column + n] then
      nodes = nodes + 1
      columns[column], rising[row + column], falling[row - column + n] = true, true, true
      place(row + 1)
      columns[column], rising[row + column], falling[row - column + n] = false, false, false
    end
  end
end

place(1)
print(n .. " queens: " .. solutions .. " solutions, " .. nodes .. " nodes")

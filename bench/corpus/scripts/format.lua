-- Strings: patterns, formats, substitutions and cuts, n rounds.
local text = {}
for i = 1, 200 do
  text[i] = string.format("%-8s|%5d|%08.3f|%x|%q", "key" .. i, i * 37, i / 7, i * 4099, "v" .. i)
end
text = table.concat(text, "\n")

local total, digits, upper = 0, 0, 0
for round = 1, n do
  for key, value in text:gmatch("(key%d+)%s*|%s*(%d+)") do
    total = (total + #key * tonumber(value)) % 1000000007
  end
  local changed, count = text:gsub("%d+", function(number) return "<" .. #number .. ">" end)
  digits = digits + count
  upper = (upper + #changed:upper():reverse():rep(2)) % 1000000007
  local at = text:find("key" .. (round % 200 + 1) .. " ", 1, true)
  total = (total + at + text:byte(at + 5)) % 1000000007
end
print(total .. " " .. digits .. " " .. upper)

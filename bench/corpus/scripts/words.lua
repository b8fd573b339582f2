-- Made-up words counted in a table, sorted and joined; n words.
local seed = 42
local function random(limit)
  seed = seed * 16807 % 2147483647
  return seed % limit
end

local syllables = {"ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"}
local counts = {}
for _ = 1, n do
  local word = ""
  for _ = 0, random(3) do
    word = word .. syllables[random(#syllables) + 1]
  end
  counts[word] = (counts[word] or 0) + 1
end

local list = {}
for word, count in pairs(counts) do list[#list + 1] = {word = word, count = count} end
table.sort(list, function(a, b)
  if a.count ~= b.count then return a.count > b.count end
  return a.word < b.word
end)

local parts = {}
for i, entry in ipairs(list) do parts[i] = entry.word .. "=" .. entry.count end
local text = table.concat(parts, ",")
local sum = 0
for i = 1, #text do sum = (sum * 31 + text:byte(i)) % 1000000007 end
print(#list .. " words, " .. #text .. " bytes, sum " .. sum)
for i = 1, 5 do print(parts[i]) end

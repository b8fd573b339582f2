// Made-up words counted in an object, sorted and joined; the last argument is their number.
var n = +args[args.length - 1];
var seed = 42;
function random(limit) {
  seed = seed * 16807 % 2147483647;
  return seed % limit;
}

var syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"];
var counts = {};
for (var i = 0; i < n; i++) {
  var word = "";
  for (var j = random(3); j >= 0; j--) word += syllables[random(syllables.length)];
  counts[word] = (counts[word] || 0) + 1;
}

var list = Object.keys(counts).map(function (word) { return {word: word, count: counts[word]}; });
list.sort(function (a, b) {
  if (a.count !== b.count) return b.count - a.count;
  return a.word < b.word ? -1 : a.word > b.word ? 1 : 0;
});

var parts = list.map(function (entry) { return entry.word + "=" + entry.count; });
var text = parts.join(",");
var sum = 0;
for (i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 1000000007;
print(list.length + " words, " + text.length + " bytes, sum " + sum);
for (i = 0; i < 5; i++) print(parts[i]);

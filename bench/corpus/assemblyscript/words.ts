// Made-up words counted in a map, sorted and joined, as scripts/words.lua does with 400,000.
import { benchEnd, benchStart, print } from "./wasi";

let seed: u64 = 42;

function random(limit: u32): u32 {
  seed = (seed * 16807) % 2147483647;
  return u32(seed % limit);
}

class Entry {
  constructor(public word: string, public count: i32) {}
}

export function _start(): void {
  benchStart();
  const syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"];
  const counts = new Map<string, i32>();
  for (let i = 0; i < 400000; i++) {
    let word = "";
    for (let j: i32 = random(3); j >= 0; j--) word += syllables[random(syllables.length)];
    counts.set(word, (counts.has(word) ? counts.get(word) : 0) + 1);
  }
  const words = counts.keys();
  const list: Entry[] = [];
  for (let i = 0; i < words.length; i++) list.push(new Entry(words[i], counts.get(words[i])));
  list.sort((a, b) => (a.count != b.count ? b.count - a.count : a.word < b.word ? -1 : a.word > b.word ? 1 : 0));
  const parts: string[] = [];
  for (let i = 0; i < list.length; i++) parts.push(list[i].word + "=" + list[i].count.toString());
  const text = parts.join(",");
  let sum: u64 = 0;
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 1000000007;
  print(parts.length.toString() + " words, " + text.length.toString() + " bytes, sum " + sum.toString());
  for (let i = 0; i < 5; i++) print(parts[i]);
  benchEnd();
}

# Made-up words counted in a dict, sorted and joined; the argument is their number.
import sys

seed = 42


def random(limit):
    global seed
    seed = seed * 16807 % 2147483647
    return seed % limit


syllables = ["ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sta", "tre"]
counts = {}
for _ in range(int(sys.argv[1])):
    word = ""
    for _ in range(random(3) + 1):
        word += syllables[random(len(syllables))]
    counts[word] = counts.get(word, 0) + 1

ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
parts = [f"{word}={count}" for word, count in ordered]
text = ",".join(parts)
total = 0
for byte in text.encode():
    total = (total * 31 + byte) % 1000000007
print(f"{len(parts)} words, {len(text)} bytes, sum {total}")
for part in parts[:5]:
    print(part)

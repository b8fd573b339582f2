# Exercises the standard library and the file system; the output depends on nothing outside.
import collections
import functools
import heapq
import json
import os
import re
import struct
import textwrap
import zlib


@functools.total_ordering
class Parcel:
    __slots__ = ("weight", "town", "tags")

    def __init__(self, weight, town, tags):
        self.weight, self.town, self.tags = weight, town, tags

    def __lt__(self, other):
        return self.weight < other.weight

    def as_dict(self):
        return {name: getattr(self, name) for name in self.__slots__}


def parcels(count):
    state = 42
    towns = ["Bergen", "Tromsø", "Oslo", "Ålesund", "Røros"]
    for number in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        yield Parcel(state % 5000 / 100, towns[state >> 16 & 3], [f"n{number}", "heavy" if state % 5000 > 4000 else "light"])


def files(root):
    os.makedirs(os.path.join(root, "in", "deep"))
    table = os.path.join(root, "in", "parcels.csv")
    with open(table, "w", encoding="utf-8") as f:
        for p in parcels(200):
            print(p.weight, p.town, "|".join(p.tags), sep=",", file=f)
    os.rename(table, os.path.join(root, "in", "deep", "moved.csv"))
    with open(os.path.join(root, "in", "deep", "moved.csv"), encoding="utf-8") as f:
        rows = [line.rstrip("\n").split(",") for line in f]
    binary = os.path.join(root, "weights.bin")
    with open(binary, "wb") as f:
        for weight, _, _ in rows:
            f.write(struct.pack("<d", float(weight)))
        f.seek(8 * 10)
        f.write(struct.pack("<d", -1.5))
        f.truncate(8 * 100)
    with open(binary, "rb") as f:
        f.seek(-8 * 91, os.SEEK_END)
        weights = struct.unpack("<3d", f.read(24))
    print(len(rows), os.path.getsize(binary), [round(w, 2) for w in weights])
    for folder, folders, names in os.walk(root):
        folders.sort()
        print(os.path.relpath(folder, root), sorted(names))
    os.remove(os.path.join(root, "in", "deep", "moved.csv"))
    os.rmdir(os.path.join(root, "in", "deep"))
    try:
        os.rmdir(os.path.join(root, "nowhere"))
    except FileNotFoundError as e:
        print(type(e).__name__, sorted(os.listdir(root)))
    return rows


def statistics(rows):
    by_town = collections.defaultdict(list)
    for weight, town, tags in rows:
        by_town[town].append(Parcel(float(weight), town, tags.split("|")))
    for town in sorted(by_town):
        top = heapq.nlargest(2, by_town[town])
        print(f"{town:<8}{len(by_town[town]):>4} {sum(p.weight for p in by_town[town]):10.2f}", [p.tags[0] for p in top])
    document = json.dumps({t: [p.as_dict() for p in v] for t, v in sorted(by_town.items())}, ensure_ascii=False)
    packed = zlib.compress(document.encode(), 9)
    assert json.loads(zlib.decompress(packed)) == json.loads(document)
    print(len(document), f"{zlib.crc32(document.encode()):08x}", len(packed) < len(document) // 4)


@functools.lru_cache(maxsize=None)
def choose(n, k):
    return 1 if k in (0, n) else choose(n - 1, k - 1) + choose(n - 1, k)


def partitions(total):
    ways = [1] + [0] * total
    for part in range(1, total + 1):
        for n in range(part, total + 1):
            ways[n] += ways[n - part]
    return ways[total]


def words():
    text = "The shuttle flies, the weft is laid; the reed beats up what hands have made. " * 8
    counts = collections.Counter(re.findall(r"\b[a-z]{3,5}\b", text.lower()))
    print(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:4])
    print(textwrap.fill(re.sub(r"(?P<first>\w+) (\w+)", r"\2 \g<first>", text[:150]), 50))
    print(partitions(120), choose(16, 7), 3**200 % 1000007, f"{sum(1 / n**2 for n in range(1, 1000)):.12f}")


def main():
    os.mkdir("/guest")
    statistics(files("/guest"))
    words()


main()

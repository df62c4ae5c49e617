"""Sets a tenth of the rows aside by groups of near-duplicates: writes OUT/dev.npy, and OUT/dev.txt with the row numbers.

python split.py rows.jsonl OUT; rows need `words`, the normalised words of the text.
"""
import collections, json, os, sys, zlib
import numpy as np

rows = [json.loads(l) for l in open(sys.argv[1])]
words = [r["words"] for r in rows]
parent = list(range(len(words)))


def root(a):
    while parent[a] != a:
        parent[a] = parent[parent[a]]
        a = parent[a]
    return a


by = collections.defaultdict(list)
for k, w in enumerate(words):
    if rows[k]["src"] != "ordinary-chat":
        size = max(1, min(5, len(w)))
        for a in range(max(0, len(w) - size + 1)):
            by[" ".join(w[a:a + size])].append(k)
sets = [set(w) for w in words]
for places in by.values():
    if 1 < len(places) < 40:
        first = places[0]
        for other in places[1:]:
            if sum(x in sets[other] for x in words[first]) * 10 >= max(len(words[first]), len(words[other])) * 6:
                a, b = root(first), root(other)
                parent[max(a, b)] = min(a, b)
group = np.array([zlib.crc32(" ".join(words[root(k)]).encode()) % 1000 for k in range(len(words))])
chat = np.array([r["src"] == "ordinary-chat" for r in rows])
held = np.array([r["held"] for r in rows]) & ~chat
dev = (group < 100) & ~chat & ~held
os.makedirs(sys.argv[2], exist_ok=True)
np.save(sys.argv[2] + "/dev.npy", dev)
open(sys.argv[2] + "/dev.txt", "w").write("\n".join(map(str, np.where(dev)[0])))

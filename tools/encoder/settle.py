"""Second, short step: trains a checkpoint on with more ordinary talk, made by joining two or three harmless messages.

Ordinary chat is wordier than the harmless examples; without this step its longer messages look unusual, and so alarming.
"""
from train import *


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--rows", required=True); a.add_argument("--out", required=True)
    a.add_argument("--checkpoint", required=True); a.add_argument("--save", required=True)
    a.add_argument("--minutes", type=float, default=6); a.add_argument("--rate", type=float, default=6e-5)
    a.add_argument("--tokens", type=int, default=768); a.add_argument("--seed", type=int, default=8)
    args = a.parse_args()
    rng = np.random.default_rng(args.seed)
    rows = [json.loads(l) for l in open(args.rows)]
    dev = np.load(args.out + "/dev.npy")
    train = [i for i, r in enumerate(rows) if r["src"] != "ordinary-chat" and not r["held"] and not dev[i]]
    ordinary = [plain(rows[i]["text"]) for i in train if (rows[i]["level"] or "none") == "none"
                and (rows[i]["src"] in ("talk", "ask") or rows[i]["cat"] in ("general-chat", "clinic-logistics"))]
    texts, labels = [], []
    for i in train:
        level = LEVELS.index(rows[i]["level"] or "none")
        kind = CATS.index(rows[i]["cat"]) + 1 if rows[i]["cat"] in CATS and level else 0
        texts.append(plain(rows[i]["text"])); labels.append((float(level >= 2), kind, level, 1.0))
    for _ in range(12_000):
        some = [ordinary[n] for n in rng.integers(len(ordinary), size=rng.integers(2, 4))]
        texts.append(rng.choice([". ", " ", ", ", "... "]).join(some)); labels.append((0.0, 0, 0, 1.5))
    tok = Tokenizer.from_file(args.out + "/tokenizer.json"); tok.enable_truncation(MOST)
    encoded = [e.ids for e in tok.encode_batch(texts)]
    lengths = np.array([len(e) for e in encoded])
    y, kind, level, weight = (np.array(c) for c in zip(*labels))
    y = y.astype(np.float32); weight = weight.astype(np.float32)
    p = {k: jnp.asarray(v) for k, v in np.load(args.checkpoint).items()}
    layers = 1 + max(int(k.split(".")[0]) for k in p if k[0].isdigit())
    scale = {k: 0.0 if k in ("words", "places") else 1.0 for k in p}

    def step(p, m, v, batch, key, t, rate):
        value, g = jax.value_and_grad(loss)(p, batch, key, layers)
        new_p, new_m, new_v = {}, {}, {}
        for k in p:
            new_m[k] = 0.9 * m[k] + 0.1 * g[k]
            new_v[k] = 0.99 * v[k] + 0.01 * g[k] * g[k]
            up = (new_m[k] / (1 - 0.9 ** t)) / (jnp.sqrt(new_v[k] / (1 - 0.99 ** t)) + 1e-8)
            new_p[k] = p[k] - rate * scale[k] * up
        return new_p, new_m, new_v, value

    step = jax.jit(step, donate_argnums=(0, 1, 2))
    m = {k: jnp.zeros_like(x) for k, x in p.items()}; v = {k: jnp.zeros_like(x) for k, x in p.items()}
    key = jax.random.key(args.seed); began = time.time(); done = 0.0
    for at, (size, part) in enumerate(batches(lengths, rng, args.tokens)):
        done = (time.time() - began) / 60 / args.minutes
        if done >= 1:
            break
        key, sub = jax.random.split(key)
        rate = args.rate * min(1.0, (at + 1) / 30) * max(0.02, 1 - done)
        batch = (*pack(encoded, part, size), y[part], kind[part], level[part], weight[part])
        p, m, v, value = step(p, m, v, batch, sub, jnp.float32(at + 1), jnp.float32(rate))
        if at % 25 == 0:
            print(at, size, f"{float(value):.3f} {time.time()-began:.0f}s", flush=True)
    np.savez(args.save, **{k: np.asarray(x) for k, x in p.items()})


if __name__ == "__main__":
    main()

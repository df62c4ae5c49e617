"""Fine-tunes a small encoder on the examples of responses/: see models/README.md for how to run it.

Input: rows as `rows.jsonl` (text, level, category, source, whether set aside), one JSON object a line.
Output: float checkpoints as .npz, and scores of every row for choosing thresholds.

Starts from all-MiniLM-L6-v2 (Apache-2.0), keeps the first layers, and learns three questions at once: is it urgent, what
kind of danger is it, how urgent is it. Only the first two leave this script; the third steadies the learning.
"""
import argparse, json, re, time, zlib, collections, os
import numpy as np
import jax, jax.numpy as jnp
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HEADS, WIDTH, MOST = 12, 384, 64
BUCKETS = (8, 12, 16, 24, 32, 48, 64)
CATS = "child overdose medical suicide self-harm withdrawal-danger other-person violence-threat abuse-victim distress".split()
LEVELS = "none concern urgent emergency".split()
LOOK = set("idiom educational-question gaming past-recovered news-media negated awareness quote-lyrics".split())


def plain(text):
    """The text as the encoder reads it: no quoted lines, no links, line breaks as full stops. As src/text/plain.rs does it."""
    out = []
    for line in text.split("\n"):
        if line.lstrip().startswith(("> ", "```")):
            continue
        line = re.sub(r"https?://[^\s)>|]+", " ", line).strip()
        if line:
            out.append(line)
    return ". ".join(out)


def prune(tokenizer_json, texts, known=9_000):
    """The tokens that our texts use, the commonest ones, and every short piece; renumbered in their old order."""
    whole = Tokenizer.from_str(json.dumps(tokenizer_json))
    whole.no_padding(); whole.no_truncation()
    vocab = tokenizer_json["model"]["vocab"]
    used = set()
    for encoding in whole.encode_batch(texts):
        used.update(encoding.ids)
    special = {0, 100, 101, 102}
    keep = sorted(
        i for piece, i in vocab.items()
        if i in special or (not piece.startswith("[unused") and i != 103
                            and (i in used or i < known or len(piece.removeprefix("##")) <= 3))
    )
    names = {i: piece for piece, i in vocab.items()}
    # CJK and other scripts that we have no examples of fall away with the rare single characters.
    keep = [i for i in keep if i in special or i in used or i < 30_522 and names[i].removeprefix("##").isascii()]
    pruned = {names[i]: n for n, i in enumerate(keep)}
    out = json.loads(json.dumps(tokenizer_json))
    out["model"]["vocab"] = pruned
    out["truncation"] = None; out["padding"] = None
    for token in out["added_tokens"]:
        token["id"] = pruned.get(token["content"], 0)
    out["added_tokens"] = [t for t in out["added_tokens"] if t["content"] in pruned]
    for token, spec in out["post_processor"]["special_tokens"].items():
        spec["ids"] = [pruned[token]]
    return out, keep


def start(weights, keep, layers, rng):
    """Parameters: the pretrained ones, and heads near zero."""
    w = {k.replace("bert.", ""): v.astype(np.float32) for k, v in weights.items() if v.dtype != np.int64}
    p = {
        "words": w["embeddings.word_embeddings.weight"][keep],
        "places": w["embeddings.position_embeddings.weight"][:MOST] + w["embeddings.token_type_embeddings.weight"][0],
        "ln.w": w["embeddings.LayerNorm.weight"], "ln.b": w["embeddings.LayerNorm.bias"],
    }
    for i in range(layers):
        a = f"encoder.layer.{i}."
        for part in ("weight", "bias"):
            p[f"{i}.qkv.{part[0]}"] = np.concatenate([w[f"{a}attention.self.{n}.{part}"] for n in ("query", "key", "value")])
            p[f"{i}.out.{part[0]}"] = w[f"{a}attention.output.dense.{part}"]
            p[f"{i}.ln1.{part[0]}"] = w[f"{a}attention.output.LayerNorm.{part}"]
            p[f"{i}.up.{part[0]}"] = w[f"{a}intermediate.dense.{part}"]
            p[f"{i}.down.{part[0]}"] = w[f"{a}output.dense.{part}"]
            p[f"{i}.ln2.{part[0]}"] = w[f"{a}output.LayerNorm.{part}"]
    outs = 1 + len(CATS) + 1 + len(LEVELS)
    p["head.w"] = (rng.normal(size=(outs, WIDTH)) * 0.02).astype(np.float32)
    p["head.b"] = np.zeros(outs, np.float32)
    return {k: jnp.asarray(v) for k, v in p.items()}


def norm(x, w, b):
    x = x - x.mean(-1, keepdims=True)
    return x * jax.lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-12) * w + b


def forward(p, ids, mask, layers, key=None, drop=0.1):
    """Logits: urgent, 11 kinds, 4 levels."""
    B, L = ids.shape
    keys = iter(jax.random.split(key, 2 * layers + 2)) if key is not None else None

    def dropout(x):
        if keys is None:
            return x
        return jnp.where(jax.random.bernoulli(next(keys), 1 - drop, x.shape), x / (1 - drop), 0.0)

    x = dropout(norm(p["words"][ids] + p["places"][:L], p["ln.w"], p["ln.b"]))
    bias = (mask[:, None, None, :] - 1) * 1e9
    for i in range(layers):
        qkv = (x.reshape(B * L, WIDTH) @ p[f"{i}.qkv.w"].T + p[f"{i}.qkv.b"]).reshape(B, L, 3, HEADS, WIDTH // HEADS)
        q, k, v = (qkv[:, :, n].transpose(0, 2, 1, 3) for n in range(3))
        s = jax.nn.softmax(q @ k.transpose(0, 1, 3, 2) / (WIDTH // HEADS) ** 0.5 + bias)
        a = (s @ v).transpose(0, 2, 1, 3).reshape(B * L, WIDTH)
        a = (a @ p[f"{i}.out.w"].T + p[f"{i}.out.b"]).reshape(B, L, WIDTH)
        x = norm(x + dropout(a), p[f"{i}.ln1.w"], p[f"{i}.ln1.b"])
        h = jax.nn.gelu(x.reshape(B * L, WIDTH) @ p[f"{i}.up.w"].T + p[f"{i}.up.b"], approximate=True)
        h = (h @ p[f"{i}.down.w"].T + p[f"{i}.down.b"]).reshape(B, L, WIDTH)
        x = norm(x + dropout(h), p[f"{i}.ln2.w"], p[f"{i}.ln2.b"])
    x = (x * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
    return dropout(x) @ p["head.w"].T + p["head.b"]


def loss(p, batch, key, layers):
    ids, mask, y, kind, level, weight = batch
    z = forward(p, ids, mask, layers, key)
    smooth = 0.02
    target = y * (1 - smooth) + smooth / 2
    urgent = -(target * jax.nn.log_sigmoid(z[:, 0]) + (1 - target) * jax.nn.log_sigmoid(-z[:, 0]))
    pick = lambda z, c: -jnp.take_along_axis(jax.nn.log_softmax(z), c[:, None], 1)[:, 0]
    each = urgent + 0.3 * pick(z[:, 1:12], kind) + 0.2 * pick(z[:, 12:], level)
    return (each * weight).sum() / weight.sum()


def batches(lengths, rng, tokens):
    """Row numbers by bucket, in random order, of about so many tokens."""
    of = np.searchsorted(BUCKETS, lengths)
    out = []
    for n, size in enumerate(BUCKETS):
        rows = rng.permutation(np.where(of == n)[0])
        many = tokens // size
        for at in range(0, len(rows), many):
            part = rows[at:at + many]
            if len(part) < many:  # filled up with others of the bucket, so that every batch has one of few shapes
                part = np.concatenate([part, rng.choice(rows, many - len(part))])
            out.append((size, part))
    return [out[i] for i in rng.permutation(len(out))]


def pack(encoded, rows, size):
    ids = np.zeros((len(rows), size), np.int32)
    mask = np.zeros((len(rows), size), np.float32)
    for n, i in enumerate(rows):
        e = encoded[i]
        ids[n, :len(e)] = e
        mask[n, :len(e)] = 1
    return ids, mask


def score(predict, p, encoded, which, tokens=2048):
    """Logits of some rows, in their order."""
    out = np.zeros((len(which), 1 + len(CATS) + 1 + len(LEVELS)), np.float32)
    lengths = np.array([len(encoded[i]) for i in which])
    of = np.searchsorted(BUCKETS, lengths)
    for n, size in enumerate(BUCKETS):
        rows = np.where(of == n)[0]
        many = tokens // size
        for at in range(0, len(rows), many):
            part = rows[at:at + many]
            full = np.resize(part, many)
            out[part] = np.asarray(predict(p, *pack(encoded, which[full], size)))[:len(part)]
    return out


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--rows", required=True); a.add_argument("--start", required=True); a.add_argument("--out", required=True)
    a.add_argument("--layers", type=int, default=4); a.add_argument("--epochs", type=float, default=2)
    a.add_argument("--rate", type=float, default=2e-4); a.add_argument("--tokens", type=int, default=768)
    a.add_argument("--minutes", type=float, default=33); a.add_argument("--seed", type=int, default=7)
    a.add_argument("--linear", help="scores of the linear model, for the log alone")
    args = a.parse_args()
    rng = np.random.default_rng(args.seed)
    os.makedirs(args.out, exist_ok=True)
    rows = [json.loads(l) for l in open(args.rows)]
    dev = np.load(args.out + "/dev.npy")
    col = lambda f: np.array([f(r) for r in rows])
    chat = col(lambda r: r["src"] == "ordinary-chat"); held = col(lambda r: r["held"]) & ~chat
    train = ~chat & ~held & ~dev
    level = col(lambda r: LEVELS.index(r["level"] or "none")).astype(np.int32)
    y = (level >= 2).astype(np.float32)
    kind = col(lambda r: CATS.index(r["cat"]) + 1 if r["cat"] in CATS and r["level"] != "none" else 0).astype(np.int32)
    look = (level == 0) & col(lambda r: r["cat"] in LOOK)
    calm = col(lambda r: r["src"] in ("talk", "ask") or r["cat"] in ("general-chat", "clinic-logistics"))
    weight = np.where(look, 1.5, np.where(calm & (level == 0), 1.5, 1.0)).astype(np.float32)
    texts = [plain(r["text"]) for r in rows]
    whole = json.load(open(args.start + "/tokenizer.json"))
    pruned, keep = prune(whole, [texts[i] for i in np.where(train)[0]])
    json.dump(pruned, open(args.out + "/tokenizer.json", "w"), ensure_ascii=False)
    tok = Tokenizer.from_file(args.out + "/tokenizer.json"); tok.enable_truncation(MOST)
    encoded = [e.ids for e in tok.encode_batch(texts)]
    lengths = np.array([len(e) for e in encoded])
    print("rows", len(rows), "train", train.sum(), "dev", dev.sum(), "positives", int(y[train].sum()), "tokens of train", lengths[train].sum(),
          "mean", lengths[train].mean(), "vocabulary", len(keep), flush=True)
    p = start(load_file(args.start + "/model.safetensors"), keep, args.layers, rng)
    # Layers near the top learn fast, words slowly.
    scale = {k: 0.3 if k in ("words", "places", "ln.w", "ln.b") else 3.0 if k.startswith("head") else
             0.85 ** (args.layers - 1 - int(k.split(".")[0])) for k in p}
    decay = {k: 0.01 if k.endswith(".w") and ".ln" not in k and k != "ln.w" else 0.0 for k in p}

    def step(p, m, v, batch, key, t, rate):
        value, g = jax.value_and_grad(loss)(p, batch, key, args.layers)
        size = jnp.sqrt(sum(jnp.vdot(x, x) for x in g.values()))
        by = jnp.minimum(1.0, 1.0 / (size + 1e-9))
        new_p, new_m, new_v = {}, {}, {}
        for k in p:
            x = g[k] * by
            new_m[k] = 0.9 * m[k] + 0.1 * x
            new_v[k] = 0.99 * v[k] + 0.01 * x * x
            up = (new_m[k] / (1 - 0.9 ** t)) / (jnp.sqrt(new_v[k] / (1 - 0.99 ** t)) + 1e-8)
            new_p[k] = p[k] - rate * scale[k] * (up + decay[k] * p[k])
        return new_p, new_m, new_v, value

    step = jax.jit(step, donate_argnums=(0, 1, 2))
    predict = jax.jit(lambda p, ids, mask: forward(p, ids, mask, args.layers))
    m = {k: jnp.zeros_like(x) for k, x in p.items()}; v = {k: jnp.zeros_like(x) for k, x in p.items()}
    which = np.where(train)[0]
    plan = []
    while len(plan) < 1 or len(plan) < args.epochs * per:
        part = batches(lengths[which], rng, args.tokens); per = len(part); plan += part
    plan = plan[:int(args.epochs * per)]
    total = len(plan); warm = total // 12
    devrows = np.where(dev)[0]
    chatrows = rng.permutation(np.where(chat)[0])[:3000]
    began = time.time(); key = jax.random.key(args.seed); sum_ = n = 0; best = -1; done = 0.0

    def report(name):
        t0 = time.time()
        z = score(predict, p, encoded, devrows)[:, 0]; c = np.sort(score(predict, p, encoded, chatrows)[:, 0])[::-1]
        out = []
        for l, o in ((.06, 20), (.02, 2)):
            s = np.sort(z[look[devrows]])[::-1]; cut = max(s[int(l * len(s))], c[int(o * len(c) / 1e4)])
            out.append(((z > cut) & (y[devrows] > 0)).sum() / y[devrows].sum())
        print(f"{name} {time.time()-began:.0f}s loss {sum_/max(n,1):.4f} dev recall any {out[0]:.4f} full {out[1]:.4f} (scoring {time.time()-t0:.0f}s)", flush=True)
        np.savez(f"{args.out}/{name}.npz", **{k: np.asarray(x) for k, x in p.items()})

    for at, (size, part) in enumerate(plan):
        i = which[part]
        batch = (*pack(encoded, i, size), y[i], kind[i], level[i], weight[i])
        # The rate falls to zero by the end of the plan or of the time, whichever comes first.
        done = max(at / total, (time.time() - began) / 60 / args.minutes)
        if done >= 1:
            break
        rate = args.rate * min(1.0, (at + 1) / max(warm, 1)) * max(0.02, 1 - done)
        key, sub = jax.random.split(key)
        p, m, v, value = step(p, m, v, batch, sub, jnp.float32(at + 1), jnp.float32(rate))
        sum_ += float(value); n += 1
        if at % 25 == 0:
            print(at, total, size, f"{float(value):.3f} {time.time()-began:.0f}s", flush=True)
        if (at + 1) % (per // 2) == 0:
            report(f"half{(at + 1) // (per // 2)}"); sum_ = n = 0
        if os.path.exists(args.out + "/stop"):
            break
    report("last")


if __name__ == "__main__":
    main()

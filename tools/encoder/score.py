"""Logits by rounded weights of what the linear models let through: python score.py out/settled.npz dch scores.npz (d tenth, h fifth, c chat)."""
import sys
from train import *; import export
from common import rows,lin,chat,held,dev,F
ck=sys.argv[1]; which_sets=sys.argv[2]
p=dict(np.load(ck))
for k in list(p):
    if k=="words" or (k.endswith(".w") and k[0].isdigit() and ".ln" not in k):
        s,w=export.quantise(p[k]); p[k]=(w*s[:,None]).astype(np.float32)
layers=1+max(int(k.split('.')[0]) for k in p if k[0].isdigit())
p={k:jnp.asarray(v) for k,v in p.items()}
tok=Tokenizer.from_file('out/tokenizer.json'); tok.enable_truncation(64)
m=np.zeros(len(rows),bool)
g=.004
if "d" in which_sets: m|=dev&(lin[:,0]>=g)&~F
if "h" in which_sets: m|=held&(lin[:,1]>=g)&~F
if "c" in which_sets: m|=chat&(np.maximum(lin[:,0],lin[:,1])>=g)
w=np.where(m)[0]; print(len(w))
t=time.time()
enc={i:e.ids for i,e in zip(w,tok.encode_batch([plain(rows[i]["text"]) for i in w]))}
predict=jax.jit(lambda p,i,mm:forward(p,i,mm,layers))
z=score(predict,p,enc,w,1024)
np.savez(sys.argv[3],w=w,z=z); print(time.time()-t)

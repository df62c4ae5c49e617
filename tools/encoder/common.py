"""What score.py and join.py read: rows.jsonl, out/dev.npy, and lin.tsv with the linear models' probabilities.

lin.tsv: row, urgent by models without the tenth, urgent by models without the fifth alone, four more that join.py hardly needs.
"""
import json,numpy as np,csv
rows=[json.loads(l) for l in open('rows.jsonl')]
L=[l.rstrip("\n").split("\t") for l in open('lin.tsv')]
lin=np.array([[float(x) for x in l[1:5]] for l in L]); 
col=lambda f: np.array([f(r) for r in rows])
chat=col(lambda r:r["src"]=="ordinary-chat"); held=col(lambda r:r["held"])&~chat; dev=np.load('out/dev.npy')
level=col(lambda r:r["level"] or "none"); cat=col(lambda r:r["cat"]); src=col(lambda r:r["src"])
y=np.isin(level,["urgent","emergency"]); LOOK="idiom educational-question gaming past-recovered news-media negated awareness quote-lyrics".split()
look=(level=="none")&np.isin(cat,LOOK)&~chat
A=col(lambda r:r["any"]); F=col(lambda r:r["full"])
lo=lambda p: np.log(np.clip(p,1e-6,1-1e-6))-np.log(1-np.clip(p,1e-6,1-1e-6))

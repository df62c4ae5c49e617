"""Joins both log odds and chooses thresholds under the ceilings: python join.py scores.npz GATE RATIO MARGIN; writes join.json, prints figures.

Shipped: 0.03 0.7 0.15.
"""
import sys,json; from common import *
from sklearn.linear_model import LogisticRegression
f=np.load(sys.argv[1]); enc=np.full(len(rows),-9.0); enc[f["w"]]=f["z"][:,0]; has=np.zeros(len(rows),bool); has[f["w"]]=True
kinds=np.zeros((len(rows),11)); kinds[f["w"]]=f["z"][:,1:12]
gate=float(sys.argv[2]) if len(sys.argv)>2 else .005
def asked(c): return has&(lin[:,c]>=gate)&~F
fit=dev&asked(0)&(level!="concern")
X=np.stack([lo(lin[:,0]),enc],1)
# ordinary negatives weigh in as they are; C large: three numbers only
R=float(sys.argv[3]) if len(sys.argv)>3 else .7  # what the linear counts beside the encoder: best recall on dev at the ceilings, chat counted
m=LogisticRegression(C=10).fit(X[fit]@[[R],[1]],y[fit]); we=m.coef_[0][0]; wl=we*R; b=m.intercept_[0]
print("join bias %.4f linear %.4f encoder %.4f"%(b,wl,we))
def joint(c):
    z=b+wl*lo(lin[:,c])+we*enc; z[~asked(c)]=-20; return z
HI=float(sys.argv[4]) if len(sys.argv)>4 else 0
J0,J1=joint(0),joint(1)
ask=src=="ask"; talk=src=="talk"
def thr(J,mset,fl,look_max,chat_max,ask_max):
    def cut(v,n): v=np.sort(v)[::-1]; n=int(n); return -99 if n>=len(v) else (v[n] if n>=0 else 99)
    mm=mset&look; t1=cut(J[mm&~fl],look_max*mm.sum()-fl[mm].sum())
    t2=cut(J[chat],chat_max*chat.sum()/1e4)
    mm=mset&ask; t3=cut(J[mm&~fl],ask_max*mm.sum())
    print("   cuts look %.2f chat %.2f ask %.2f"%(t1,t2,t3)); return max(t1,t2,t3)+1e-6
P=lambda z:1/(1+np.exp(-z))
def show(name,J,mset,tm,th,c):
    any_=A|(J>=tm); full=F|(J>=th)
    r=lambda k,q:"%5.1f"%(100*k[q].mean()) if q.any() else "-"
    print(f"{name:5s} urgent+emergency any {r(any_,mset&y)} full {r(full,mset&y)} | urgent {r(any_,mset&(level=='urgent'))}/{r(full,mset&(level=='urgent'))} emergency {r(any_,mset&(level=='emergency'))}/{r(full,mset&(level=='emergency'))} | look {r(any_,mset&look)}/{r(full,mset&look)} | chat {any_[chat].sum()}/{full[chat].sum()} of {chat.sum()} | ask {any_[mset&ask].sum()}/{full[mset&ask].sum()} of {(mset&ask).sum()} talk {any_[mset&talk].sum()}/{full[mset&talk].sum()} of {(mset&talk).sum()} | pays chat {100*asked(c)[chat].mean():.1f}%")
    return any_,full
print("dev, thresholds from dev with margin")
tm=thr(J0,dev,A,.053,16,.006); th=thr(J0,dev,F,.0225,1,.003)+HI
print("middle %.4f high %.4f (z %.2f %.2f)"%(P(tm),P(th),tm,th))
show("dev",J0,dev,tm,th,0)
if (has&held).any():
    any_,full=show("held",J1,held,tm,th,1)
    # linear alone at the same rules
    for nm,c,ms,JJ in (("lin-dev",0,dev,lo(lin[:,0])),("lin-held",1,held,lo(lin[:,1]))):
        if c==0: tl=thr(JJ,dev,A,.053,16,.006); fl_=thr(JJ,dev,F,.0225,1,.003)
        JJ=JJ.copy(); JJ[F]=-20
        show(nm,JJ,ms,tl,fl_,c)
    print("oracle thresholds on held (ceilings themselves):")
    a=thr(J1,held,A,.06,20,.0045); f_=thr(J1,held,F,.0225,2,.0025); show("held",J1,held,a,f_,1)
    JJ=lo(lin[:,1]); JJ[F]=-20; a=thr(JJ,held,A,.06,20,.0045); f_=thr(JJ,held,F,.0225,2,.0025); show("lin",JJ,held,a,f_,1)
    print("categories held any/full:"); 
    for c in sorted(set(cat[held&y])):
        q=held&y&(cat==c); print(f"  {c:20s} n {q.sum():4d} any {100*any_[q].mean():5.1f} full {100*full[q].mean():5.1f}")
    for c in sorted(set(cat[held&look])):
        q=held&look&(cat==c); print(f"  {c:20s} n {q.sum():4d} any {100*any_[q].mean():5.1f} full {100*full[q].mean():5.1f}")
    q=held&y&asked(1); CATS="child overdose medical suicide self-harm withdrawal-danger other-person violence-threat abuse-victim".split()
    print("category right (encoder)", np.mean([CATS[k]==c for k,c in zip(kinds[q][:,1:10].argmax(1),cat[q])]), "linear", np.mean([L[i][6]==cat[i] for i in np.where(q)[0]]))
json.dump(dict(bias=float(b),linear=float(wl),encoder=float(we),gate=gate,high=float(P(th)),middle=float(P(tm))),open("join.json","w"))

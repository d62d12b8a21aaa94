# R8078-3.1-1, C27: an operator's word is for what he saw, and he may have looked from where somebody stands on the way.
vantages 2
policy { preset: registrar-strict, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A operator=silent
server 2 cds=A cdnskey=A operator=silent
from fra 1 cds= cdnskey=
from fra 2 cds= cdnskey=
run
expect VANTAGE_DISAGREE
operator approve
pass 1h
run
expect VANTAGE_DISAGREE
from fra 1 cds=A cdnskey=A
from fra 2 cds=A cdnskey=A
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL

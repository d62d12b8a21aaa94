# C3, R9615-2-1: what the operators prove needs no other place, and is not asked for from there.
vantages 2
policy { preset: bcp, vantage-required: 2 }
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=agrees
from fra 1 trouble=timeout
from fra 2 cds=B cdnskey=B
run
expect ACCEPT_BOOTSTRAP_AUTH
looked twice
ds A

# C15: what waiting alone does, and by when.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DELAY_STARTED
eligible in 72h
pass 24h
run
eligible in 48h

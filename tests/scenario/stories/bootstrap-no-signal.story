# C1: a child without DS set that asks for nothing.
policy se-nu
parent
servers 2
server 1
server 2
run
expect NOOP_NO_SIGNAL
change none
eligible never
# The neighbour: it begins to ask.
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
pass 24h
run
expect HOLD_DELAY_STARTED

# A-07, T-43: the second look is for a signature that did not validate over UDP. Only then it is seen that a first DS set is asked
# for: one more look is for that, and for its signals.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees signed=corrupt
server 2 cds=A cdnskey=A operator=agrees
tcp 1 signed=valid
run
expect ACCEPT_BOOTSTRAP_AUTH
looked thrice
# The neighbour: it does not validate over TCP either, and signals are not looked for.
tcp 1 signed=corrupt
pass 1h
run
looked twice
ds

# A-30: the child takes its request back before the first DS set has left.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
server 1 cds= cdnskey=
pass 1h
run
expect NOOP_NO_SIGNAL
change withdrawn

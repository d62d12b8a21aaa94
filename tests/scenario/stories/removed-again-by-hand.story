# T-32, 4.6: a first DS set that we gave is taken away by hand, too.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 24h
run
pass 24h
run
expect ACCEPT_BOOTSTRAP_DELAY
export
ack
parent A
pass 24h
run
expect NOOP_IN_SYNC
change published
parent
pass 24h
run
expect HOLD_SUSPENDED

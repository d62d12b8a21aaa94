# C23: it was seen before, so it is no inception.
policy { preset: bcp, bootstrap: { methods: [inception] } }
parent
servers 1
server 1
run
expect NOOP_NO_SIGNAL
flags not-published
server 1 cds=A cdnskey=A by=A
pass 24h
run
expect BOOTSTRAP_UNPROVEN
change none

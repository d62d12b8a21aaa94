# C7: the way to a signaling zone ends before, so that nothing is known; not even silence.
policy switch-ch-li
parent
servers 2
server 1 cds=A cdnskey=A operator=lost
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_UNRESOLVABLE
round at-most 30s
server 1 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH

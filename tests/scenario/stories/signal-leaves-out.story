# R9615-4.2-4: there and not there of one type is a difference, too.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=leaves-out
server 2 cds=A cdnskey=A operator=leaves-out
run
expect SIGNAL_INCOMPLETE
# The neighbour: the apex leaves it out, too (signal-cds-only).
policy auth-only
server 1 cds=A cdnskey=
server 2 cds=A cdnskey=
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A

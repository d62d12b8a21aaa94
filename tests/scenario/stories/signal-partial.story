# C6: one operator says it, the other one nothing.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=silent
run
expect SIGNAL_INCOMPLETE
looked twice
# The neighbour: now both say it, and nothing of before is remembered (R9615-5.2-1, T-42).
server 2 operator=agrees
pass 1s
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A

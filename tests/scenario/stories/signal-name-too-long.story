# C9, R9615-4.4-1, T-38: the names of child and name server together are too long for a signaling name. Who can say nothing under it
# proves nothing; where RFC 9615 is the only method that is all.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=too-long
server 2 cds=A cdnskey=A operator=agrees
run
expect SIGNAL_NAME_TOO_LONG
signaling SIGNAL_NAME_TOO_LONG
fails R9615-4.4-1
change none
# What contradicts outranks it.
server 2 operator=differs
pass 1h
run
expect SIGNAL_MISMATCH
# The neighbour: names that are short enough.
server 1 operator=agrees
server 2 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A

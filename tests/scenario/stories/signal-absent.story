# C5: no operator says anything. Where RFC 9615 is the only method nothing follows from that.
policy auth-only
parent
servers 2
server 1 cds=A cdnskey=A operator=silent
server 2 cds=A cdnskey=A operator=silent
run
expect SIGNAL_ABSENT
looked twice
# The neighbour: with both.
server 1 operator=agrees
server 2 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH

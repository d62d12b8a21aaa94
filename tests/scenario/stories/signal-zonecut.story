# C10, R9615-4.1-1: the signaling name is delegated to other servers.
policy bcp
parent
servers 2
server 1 cds=A cdnskey=A operator=agrees
server 2 cds=A cdnskey=A operator=cut
run
expect SIGNAL_AT_ZONE_CUT
counted 0
change none
server 2 operator=agrees
pass 1h
run
expect ACCEPT_BOOTSTRAP_AUTH
ds A

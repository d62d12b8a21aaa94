# A-05, T-23, R7344-6.2-2: a request that was seen, but not accepted, and then taken back.
parent A
servers 2
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB trouble=timeout
run
expect HOLD_UNREACHABLE
server 1 cds= cdnskey=
server 2 cds= cdnskey= trouble=none
pass 1h
run
expect NOOP_NO_SIGNAL
# Somebody who stands before all servers plays back what was there a week before that.
server 1 cds=B cdnskey=B signed=old
server 2 cds=B cdnskey=B signed=old
pass 1h
run
expect REPLAY_OLDER
change none
# The neighbour: the child asks for it again, and signs it now.
server 1 signed=valid
server 2 signed=valid
pass 1h
run
expect ACCEPT_UPDATE

# wrong answer 7: one server that answers beside others that are empty or silent is no agreement.
parent A
servers 3
server 1 cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
server 2 dnskey=ABZ dnskey-by=AB
server 3 trouble=timeout
run
expect NOOP_STATUS_QUO
warned INCONSISTENT_PRESENCE
ds A
change none
# Silent, both of them: that is waited for.
server 2 trouble=timeout
pass 1d
run
expect HOLD_UNREACHABLE
ds A
change none
# The same for a removal.
server 1 cds=delete cdnskey=delete
server 2 trouble=none
pass 1d
run
expect NOOP_STATUS_QUO
warned INCONSISTENT_DELETE
ds A
change none
# The neighbour: all ask for it.
server 1 cds=B cdnskey=B
server 2 cds=B cdnskey=B by=AB
server 3 trouble=none cds=B cdnskey=B by=AB dnskey=ABZ dnskey-by=AB
pass 1d
run
expect ACCEPT_UPDATE
unwarned
ds B

# 4.6, A-36: nothing is accepted while an operator holds the child.
parent A
servers 1
server 1
run
expect NOOP_NO_SIGNAL
operator hold
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
pass 1h
run
expect HOLD_OPERATOR
change none
operator release
pass 1h
run
expect ACCEPT_UPDATE
ds B

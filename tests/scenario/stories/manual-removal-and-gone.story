# A-36, 4.6: somebody took the DS set away by hand; that the domain is gone for a while gives it nothing back.
policy se-nu
parent A
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC
parent
pass 24h
run
expect HOLD_SUSPENDED
gone
pass 24h
run
expect HOLD_SUSPENDED
pass 24h
run
expect HOLD_SUSPENDED
change none

# A-36, A-32: the name is registered anew before the change has left; what the domain before asked for goes out no more, and the
# next probe decides for the one that is there now.
parent A
registration 2026-01-01
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB by=AB
run
expect ACCEPT_UPDATE
change released
registration 2026-09-20
load
change withdrawn
pass 1h
run
expect ACCEPT_UPDATE
change released

# A-30: what nobody exported in a day is not exported any more; the next probe proposes it anew.
parent A
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
change released
pass 25h
run
expect ACCEPT_UPDATE
change released

# A28, DSA-7.1-5, 4.6: the registrar does it himself; the parent looks, and stays out.
parent A
flags registrar-automates
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect REJECT_REGISTRAR_AUTOMATES
change none
# Other faults are told first (A-14).
server 1 by=Z
pass 24h
run
expect SIGNER_NOT_IN_DS
# He no longer does.
server 1 by=A
flags
pass 24h
run
expect ACCEPT_UPDATE

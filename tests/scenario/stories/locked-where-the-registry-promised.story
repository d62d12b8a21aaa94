# DSA-6.1-2: .se and .nu refuse under Registry Lock.
policy se-nu
parent A
flags registry-lock
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect LOCKED
change none
# The lock of the registrar is another one.
flags registrar-lock
pass 24h
run
expect ACCEPT_UPDATE

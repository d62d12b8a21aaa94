# C26, its neighbour: the flag is about first DS sets; keys are rolled.
policy se-nu
parent A
flags registrar-no-disable
servers 1
server 1 cds=B cdnskey=B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
ds B

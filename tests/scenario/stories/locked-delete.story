# DSA-6.1-2, B1: the same for a removal.
policy se-nu
parent A
flags registry-lock
servers 1
server 1 cds=delete cdnskey=delete
run
expect LOCKED
flags
pass 24h
run
expect ACCEPT_DELETE

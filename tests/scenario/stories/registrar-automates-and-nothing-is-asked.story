# A-14: a flag is no outcome where there is nothing to do.
parent A
flags registrar-automates
servers 1
server 1 cds=A cdnskey=A
run
expect NOOP_IN_SYNC

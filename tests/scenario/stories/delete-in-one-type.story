# B2, A-13: CDS alone asks for it.
parent A
servers 1
server 1 cds=delete
run
expect ACCEPT_DELETE
warned WARN_DELETE_SINGLE_TYPE

# 4.6: the same for a removal.
parent A
servers 1
server 1
run
operator hold
server 1 cds=delete cdnskey=delete
pass 1h
run
expect HOLD_OPERATOR
ds A
operator release
pass 1h
run
expect ACCEPT_DELETE

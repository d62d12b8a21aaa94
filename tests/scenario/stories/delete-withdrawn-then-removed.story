# DSA-7.1-3, 4.6, C25, A-30: a delete that was withdrawn because the DS set changed before it left; what empties the DS set later,
# before anybody looks, is not the child.
policy se-nu
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
change released
parent B
load
change withdrawn
parent
load
server 1 cds=A cdnskey=A
pass 24h
run
expect HOLD_SUSPENDED

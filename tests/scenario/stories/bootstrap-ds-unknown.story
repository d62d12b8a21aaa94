# A-09: a source that does not tell whether there is a DS set.
policy se-nu
parent ?
servers 1
server 1 cds=A cdnskey=A by=A
run
expect HOLD_DS_UNKNOWN
counted 0

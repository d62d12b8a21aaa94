# B9: a child without DS set asks for its removal; a window ends, and nothing changes.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
server 1 cds=delete cdnskey=delete
pass 24h
run
expect NOOP_DELETE_INSECURE
counted 0
change none

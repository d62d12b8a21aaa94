# C17: while time runs somebody sets a DS set by hand; the rest is an update like any other.
policy se-nu
parent
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
counted 1
parent A
pass 24h
run
expect NOOP_IN_SYNC
counted 0
change none

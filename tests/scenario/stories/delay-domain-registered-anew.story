# A-36: the name is deleted and registered again; nothing of before is remembered.
policy se-nu
parent
registration 2025-1
servers 1
server 1 cds=A cdnskey=A by=A
run
pass 24h
run
pass 24h
run
counted 2
registration 2025-2
pass 24h
run
counted 0
change none

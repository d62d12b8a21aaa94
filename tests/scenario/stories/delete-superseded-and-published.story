# DSA-7.1-3, 4.6, A-31: a delete is with the registry when the child takes it back; the registry does it all the same. Nobody else
# removed the DS set: nothing is suspended, and the child may ask for its first DS set.
policy se-nu
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
export
server 1 cds=A cdnskey=A
pass 24h
run
expect ACCEPT_UPDATE
change released
parent
pass 1h
run
expect HOLD_DELAY_STARTED
change withdrawn

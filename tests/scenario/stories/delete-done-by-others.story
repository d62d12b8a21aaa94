# DSA-7.1-3, 4.6, A-38: the registry that does it is not the one that is handed our changes, or was quicker: the DS set is gone as the
# child asked, and it may ask for another one.
policy research
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
change released
parent
pass 1h
run
expect NOOP_DELETE_INSECURE
change withdrawn
server 1 cds=A cdnskey=A
pass 24h
run
expect HOLD_DELAY_STARTED

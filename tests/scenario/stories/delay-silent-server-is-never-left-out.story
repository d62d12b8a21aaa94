# 4.3, bootstrap.requires_all_servers: a first DS set that nothing authenticates waits for the dead server, whatever the
# schedule of retries says.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A trouble=timeout
run
expect HOLD_UNREACHABLE
pass 5m
run
pass 10m
run
pass 20m
run
pass 40m
run
pass 24h
run
pass 24h
run
pass 24h
run
pass 24h
run
expect HOLD_UNREACHABLE
counted 0
change none

# B7, A-13: a removal waits for a silent server a week, an update an hour and a quarter.
parent A
servers 2
server 1 cds=delete cdnskey=delete
server 2 cds=delete cdnskey=delete trouble=timeout
run
expect HOLD_UNREACHABLE
pass 6m
run
pass 11m
run
pass 21m
run
pass 41m
run
expect HOLD_UNREACHABLE
pass 3d
run
expect HOLD_UNREACHABLE
server 2 trouble=none
pass 1h
run
expect ACCEPT_DELETE
ds

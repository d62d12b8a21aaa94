# D7, A-40: somebody sends in the name of the operator, who is answered nothing over UDP and so sends again; over TCP, or with a
# key of his own, he is heard at once.
parent A
servers 1
notify times=50 name=other.ch.
notify
expect NOTIFY_RATE_SOURCE
answered nothing
queued nothing
notify tsig=bad
expect NOTIFY_RATE_SOURCE
answered nothing
notify tsig=good
expect NOTIFY_ACCEPTED
answered NOERROR
run queued
notify tcp
expect NOTIFY_ACCEPTED
answered NOERROR
# Over TCP the address is his, and he is told what his limit is.
notify tcp times=50 name=other.ch.
notify tcp
expect NOTIFY_RATE_SOURCE
answered NOERROR 15
pass 1s
notify
expect NOTIFY_COALESCED
answered NOERROR

# D13, R9859-4.2.2-1: nobody has to sign, but what is signed has to be right.
parent A
servers 1
notify tsig=bad
expect NOTIFY_UNAUTHENTICATED
answered NOTAUTH
queued nothing
notify tsig=none
expect NOTIFY_ACCEPTED

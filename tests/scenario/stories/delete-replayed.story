# B8, T-23: a removal that is older than what was accepted last.
parent A
servers 1
server 1 cds=A,B cdnskey=A,B dnskey=ABZ dnskey-by=AB
run
expect ACCEPT_UPDATE
export
ack
parent A B
server 1 cds=delete cdnskey=delete signed=old
pass 1h
run
expect REPLAY_OLDER
change published

# T-23, A-05: what the key of the first DS set signed before is not played back.
policy registrar-strict
parent
servers 1
server 1 cds=A cdnskey=A by=A dnskey=ABZ dnskey-by=AB
run
operator approve
pass 1h
run
expect ACCEPT_BOOTSTRAP_CHANNEL
export
ack
parent A
server 1 cds=B cdnskey=B by=A signed=old
pass 1h
run
expect REPLAY_OLDER

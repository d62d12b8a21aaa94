# A-35, L-CONT-1: the zone of one server is no longer signed by the key of the DS set from before the delete.
parent A
servers 2
server 1 cds=delete cdnskey=delete
server 2 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
export
ack
parent
pass 24h
run
server 2 dnskey=BZ dnskey-by=B by=B
operator rollback
pass 24h
run
expect CONTINUITY_SERVER
fails A-35
change published
pass 24h
run
expect NOOP_DELETE_INSECURE

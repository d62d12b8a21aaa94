# RFC 9904 section 2: an algorithm that the registry forbids gets no new DS; what is there is left alone.
parent A
servers 1
server 1 cds=R cdnskey=R by=A dnskey=ARZ dnskey-by=AR zone-by=ZR
override { version: 2026-12-01 a story, algorithms: { 8: { use-for-signing: MUST NOT } } }
run
expect ALGORITHM_FORBIDDEN
ds A
# The neighbour: the registry forbids it no longer.
override { version: 2026-12-02 a story, algorithms: { 8: { use-for-signing: NOT RECOMMENDED } } }
pass 1h
run
expect ACCEPT_UPDATE
ds R
# And forbidden again, when its DS is in place.
export
ack
parent R
override { version: 2026-12-03 a story, algorithms: { 8: { use-for-signing: MUST NOT } } }
pass 1h
run
expect NOOP_IN_SYNC

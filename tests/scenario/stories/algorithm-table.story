# RFC 9975 section 3.1: which digests take part in the comparison of servers is what the table says, not the program. H is
# a key of which nothing but the digests is seen.
parent A
servers 2
server 1 cds=B,H cdnskey= by=A dnskey=ABZ dnskey-by=AB
server 2 cds=B,H,H:4 cdnskey= by=A dnskey=ABZ dnskey-by=AB
# A digest of SHA-384 need not be compared, and is left out of what both say.
run
expect ACCEPT_UPDATE
ds B H
# One that a parent has to know counts as much as SHA-256 does.
override { version: 2026-12-01 a story, digests: { 4: { implement-for-delegation: MUST } } }
pass 1h
run
expect INCONSISTENT_KEYS
# The neighbour: by the same table, neither has it, and both ask for what is on its way.
server 2 cds=B,H
pass 1h
run
expect NOOP_CHANGE_PENDING

# A-45: a request that was published and taken back between two probes. No mark knows of it; the proof that nothing is asked does.
policy { preset: bcp, replay-guard: strict }
parent A
servers 1
server 1 dnskey=ABZ dnskey-by=AB by=A
run
expect NOOP_NO_SIGNAL
server 1 cds=B cdnskey=B signed=old
pass 1h
run
expect REPLAY_NOT_NEWER
tells CDS is not what was seen last, and its newest signature begins 601200 s before
change none
# A removal likewise (B8).
server 1 cds=delete cdnskey=delete
pass 1h
run
expect REPLAY_NOT_NEWER
# A proof that was made before the request tells nothing of what came after it.
server 1 cds= cdnskey= denied=old
pass 1h
run
expect NOOP_NO_SIGNAL
# The child itself asks, and signs it now.
server 1 cds=B cdnskey=B signed=later
pass 7d
run
expect ACCEPT_UPDATE
ds B

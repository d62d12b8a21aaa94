# D11, R9859-4.3-3, W-15: an error of the probe is told to the agent, once it is known (agent-ok).
parent A
servers 1
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB signed=corrupt
notify agent=er.ns1.example.net.
expect NOTIFY_ACCEPTED
noted nothing
reports nothing
run queued
expect RRSIG_BOGUS
reports _er.59.example.ch.6._er.er.ns1.example.net.
queued nothing
# Nobody is told who did not ask for it.
notify
expect NOTIFY_ACCEPTED
run queued
expect RRSIG_BOGUS
reports nothing

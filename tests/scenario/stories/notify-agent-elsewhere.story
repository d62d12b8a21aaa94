# D12, R9859-4.2.1-1, R9567-6.1-2: nobody but the child's own name servers is told (agent-outside, agent-root). The probe is none the
# worse for it.
parent A
servers 1
server 1 cds=B cdnskey=B by=A dnskey=ABZ dnskey-by=AB signed=corrupt
notify agent=victim.example.
expect NOTIFY_ACCEPTED
answered NOERROR
noted REPORT_AGENT_REJECTED
queued CDS
run queued
expect RRSIG_BOGUS
reports nothing
notify agent=root
noted REPORT_AGENT_REJECTED
run queued
notify agent=empty
noted REPORT_AGENT_REJECTED
run queued
pass 10m
notify agent=ns1.example.net. agent=ns1.example.net.
noted REPORT_AGENT_REJECTED
run queued
notify agent=example.net.
noted REPORT_AGENT_REJECTED
run queued
reports nothing
# The neighbour.
notify agent=ns1.example.net.
noted nothing
run queued
reports _er.59.example.ch.6._er.ns1.example.net.

# A-40: nothing could come of asking a child without a DS set where no first one is accepted. That is the only case in which it is not.
policy { preset: bcp, bootstrap: { methods: [] } }
parent
servers 1
server 1 cds=A cdnskey=A by=A
notify agent=ns1.example.net.
expect NOTIFY_IGNORED_INSECURE
because BOOTSTRAP_DISABLED
answered NOERROR
queued nothing
reports _er.59.example.ch.28._er.ns1.example.net.
# The neighbour: it has one.
parent A
notify
expect NOTIFY_ACCEPTED
queued CDS

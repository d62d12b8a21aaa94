# D2: CSYNC where nothing is done about it is acknowledged all the same; so is CDS, which is acted upon.
parent A
servers 1
notify type=CSYNC
expect NOTIFY_IGNORED_TYPE
answered NOERROR
queued nothing
notify type=CDS
expect NOTIFY_ACCEPTED
queued CDS

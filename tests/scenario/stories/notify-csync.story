# D2: CSYNC where something is done about it.
service csync
parent A
servers 1
notify type=CSYNC
expect NOTIFY_ACCEPTED
answered NOERROR
queued CSYNC

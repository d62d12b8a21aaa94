# D13: where TSIG is required, and where one that is there does not verify.
service tsig-required
parent A
servers 1
notify
expect NOTIFY_UNAUTHENTICATED
answered NOTAUTH
notify tsig=bad
expect NOTIFY_UNAUTHENTICATED
answered NOTAUTH
queued nothing
notify tsig=good
expect NOTIFY_ACCEPTED
answered NOERROR
queued CDS

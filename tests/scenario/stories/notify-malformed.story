# D6: what cannot be read, is no NOTIFY, or of another class. Answers are never answered.
parent A
servers 1
notify cut
expect NOTIFY_MALFORMED
answered FORMERR
notify class=3
expect NOTIFY_MALFORMED
answered FORMERR
notify truncated
expect NOTIFY_MALFORMED
answered FORMERR
notify a-query
expect NOTIFY_MALFORMED
answered NOTIMP
notify edns-version=1
expect NOTIFY_MALFORMED
answered BADVERS
notify an-answer
expect NOTIFY_MALFORMED
answered nothing
queued nothing
# The neighbour.
notify class=1 edns-version=0
expect NOTIFY_ACCEPTED
answered NOERROR

# A-40, D8: children with the same name servers, and all together.
parent A
servers 1
service operator=1/10/1 zone=1/60/9
notify
expect NOTIFY_ACCEPTED
run queued
notify
expect NOTIFY_RATE_OPERATOR
answered NOERROR 15

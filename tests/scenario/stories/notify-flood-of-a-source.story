# D7, R9859-5-1, R9859-5-2: 50 at once, 10 a second (notify-flood). The others, of whatever kind, are neither looked at nor
# answered, so that the true sender, if they are not all his, sends again.
parent A
servers 1
notify times=50 name=other.ch.
expect NOTIFY_NOT_OURS
notify
expect NOTIFY_RATE_SOURCE
answered nothing
queued nothing
notify plain
expect NOTIFY_RATE_SOURCE
answered nothing
notify cut
expect NOTIFY_MALFORMED
answered nothing
# Nobody else pays for it, and neither does he over TCP, where the address is his.
notify from=192.0.2.98
expect NOTIFY_ACCEPTED
notify tcp
expect NOTIFY_COALESCED
pass 1s
notify times=10 name=other.ch.
expect NOTIFY_NOT_OURS
notify
expect NOTIFY_RATE_SOURCE

# D7, R9859-5-2: whoever has an IPv6 /64 has all of its addresses.
parent A
servers 1
service source=10/1/2
notify from=2001:db8:0:1::1 name=other.ch.
notify from=2001:db8:0:1::2 name=other.ch.
expect NOTIFY_NOT_OURS
notify from=2001:db8:0:1:ffff::3
expect NOTIFY_RATE_SOURCE
answered nothing
notify from=2001:db8:0:2::1
expect NOTIFY_ACCEPTED

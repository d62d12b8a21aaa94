# D10, R9859-4.3-3: a report is a query that a stranger makes us send. It costs what a probe does, and without a token there is none.
parent A
servers 1
flags opted-out
notify agent=ns1.example.net.
reports _er.59.example.ch.18._er.ns1.example.net.
notify agent=ns1.example.net. times=2
reports _er.59.example.ch.18._er.ns1.example.net.
notify agent=ns1.example.net.
expect NOTIFY_IGNORED_SUSPENDED
answered NOERROR
reports nothing
pass 60s
notify agent=ns1.example.net.
reports _er.59.example.ch.18._er.ns1.example.net.

# D5: another parent's child, a name below a child, the parent itself.
parent A
servers 1
notify name=example.com. agent=ns1.example.net.
expect NOTIFY_NOT_OURS
answered NOTAUTH
reports nothing
notify name=www.example.ch.
expect NOTIFY_NOT_OURS
notify name=ch.
expect NOTIFY_NOT_OURS
answered NOTAUTH
queued nothing
notify name=example.ch.
expect NOTIFY_ACCEPTED

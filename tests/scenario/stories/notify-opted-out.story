# D10: who has opted out, or whose registrar automates, is told so. That an operator holds him is nobody else's business.
parent A
servers 1
flags opted-out
notify agent=ns1.example.net.
expect NOTIFY_IGNORED_SUSPENDED
because REJECT_OPTED_OUT
answered NOERROR
queued nothing
reports _er.59.example.ch.18._er.ns1.example.net.
flags registrar-automates
notify agent=ns1.example.net.
expect NOTIFY_IGNORED_SUSPENDED
because REJECT_REGISTRAR_AUTOMATES
reports _er.59.example.ch.28._er.ns1.example.net.
flags
run
operator hold
notify agent=ns1.example.net.
expect NOTIFY_IGNORED_SUSPENDED
because HOLD_OPERATOR
reports nothing
queued nothing
operator release
notify agent=ns1.example.net.
expect NOTIFY_ACCEPTED
queued CDS

# D3: what is about zone transfers, or about any other type, is for somebody else. CDNSKEY is spoken of as CDS (W-13).
parent A
servers 1
notify type=SOA
expect NOTIFY_UNSUPPORTED_TYPE
answered NOTIMP
queued nothing
notify type=CDNSKEY
expect NOTIFY_UNSUPPORTED_TYPE
answered NOTIMP
queued nothing
notify type=CDS
expect NOTIFY_ACCEPTED

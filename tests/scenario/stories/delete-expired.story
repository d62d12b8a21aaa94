# B6: by signatures of the past.
parent A
servers 1
server 1 cds=delete cdnskey=delete signed=expired
run
expect RRSIG_EXPIRED
change none

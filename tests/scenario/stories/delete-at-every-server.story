# B1, R8078-4-2: the removal.
parent A
servers 2
server 1 cds=delete cdnskey=delete
server 2 cds=delete cdnskey=delete
run
expect ACCEPT_DELETE
class delete
ds
change released

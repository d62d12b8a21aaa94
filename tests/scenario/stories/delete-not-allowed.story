# B10, R8078-2-1: a parent that removes nothing.
policy { preset: bcp, delete: { allowed: no } }
parent A
servers 1
server 1 cds=delete cdnskey=delete
run
expect DELETE_NOT_PERMITTED
change none

# B2: a parent that wants it in both.
policy { preset: bcp, delete: { requires-both: yes } }
parent A
servers 1
server 1 cds=delete
run
expect DELETE_TYPE_MISMATCH
change none

# T-43: answers over UDP begin no window; a server that does not speak TCP is not counted as seen.
policy se-nu
parent
servers 2
server 1 cds=A cdnskey=A by=A
server 2 cds=A cdnskey=A by=A
tcp 2 trouble=timeout
run
expect HOLD_UNREACHABLE
counted 0
change none

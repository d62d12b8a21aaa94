# 4.6: suspended or not, a child that asks for nothing gets nothing said.
policy se-nu
parent A
servers 1
server 1
run
expect NOOP_NO_SIGNAL
parent
pass 24h
run
expect NOOP_NO_SIGNAL

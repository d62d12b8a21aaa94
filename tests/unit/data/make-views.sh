#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes the signed child zones of test_masterview again (BIND's tools; keys and signatures will be new ones).
# They are valid from 2026-01-01 to 2027-01-01; the test judges at a time in between.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
zone=example.ch
ksk=$(dnssec-keygen -q -a ECDSAP256SHA256 -f KSK "$zone")
zsk=$(dnssec-keygen -q -a ECDSAP256SHA256 "$zone")
{
	echo "\$TTL 300"
	echo "@ SOA ns1 hostmaster 2026010101 7200 900 1209600 300"
	echo "@ NS ns1"
	echo "ns1 A 192.0.2.1"
	for host in a b c d e f g h; do
		echo "$host TXT \"text of $host; not (a comment)\""
	done
	cat "$ksk.key" "$zsk.key"
} > plain
{
	cat plain
	dnssec-dsfromkey -C -2 "$ksk.key"
	sed -n 's/ IN DNSKEY / IN CDNSKEY /p' "$ksk.key"
} > with-cds
sign() {
	dnssec-signzone -z -x -o "$zone" -s 20260101000000 -e 20270101000000 "$@" > /dev/null 2>&1
}
sign -f "$here/view-nsec-cds.zone" with-cds
sign -f "$here/view-nsec.zone" -O full plain
sign -3 aabb -H 5 -f "$here/view-nsec3.zone" plain
dnssec-dsfromkey -2 "$ksk.key" > "$here/view.dsset"

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Somebody else's client (Net::EPP of Debian's libnet-epp-perl) against the test server: what it is told has to be what it expects
# of a registry, or it ends with a sentence.
#
# usage: client.pl PORT CA CERTIFICATE KEY USER PASSWORD DOMAIN
# The domain has the DS "1 13 2 <32 times 01>" at the beginning, and "2 13 2 <32 times 02>" and "3 8 2 <32 times 03>" at the end.
use strict;
use warnings;
use Net::EPP::Simple;
use Net::EPP::Frame;
use Net::EPP::Frame::Command::Update::Domain;

my ($port, $ca, $certificate, $key, $user, $password, $domain) = @ARGV;
my $SECDNS = 'urn:ietf:params:xml:ns:secDNS-1.1';
my %how = (host => '127.0.0.1', port => $port, timeout => 10, verify => 1, ca_file => $ca, cert => $certificate, key => $key,
	load_config => 0, SSL_verifycn_scheme => 'none');

sub expect
{
	my ($good, $what) = @_;
	die "$what ($Net::EPP::Simple::Code $Net::EPP::Simple::Message $Net::EPP::Simple::Error)\n" unless $good;
	print "- $what\n";
}

sub ds
{
	my ($info) = @_;
	return join(', ', sort @{ $info->{DS} || [] });
}

# name, then [rem|add, tag, algorithm, type, digest]...; [all]
sub update
{
	my ($epp, $name, @parts) = @_;
	my $frame = Net::EPP::Frame::Command::Update::Domain->new;
	$frame->setDomain($name);
	my $extension = $frame->createElement('extension');
	my $update = $frame->createElement('secDNS:update');
	$update->setAttribute('xmlns:secDNS', $SECDNS);
	for my $part (@parts) {
		my ($way, @values) = @$part;
		my $group = $frame->createElement("secDNS:$way");
		if (@values == 1) {
			$group->appendTextChild('secDNS:all', $values[0]);
		} else {
			my $record = $frame->createElement('secDNS:dsData');
			$record->appendTextChild("secDNS:$_", shift @values) for qw(keyTag alg digestType digest);
			$group->appendChild($record);
		}
		$update->appendChild($group);
	}
	$extension->appendChild($update);
	$frame->getCommandNode->parentNode->insertBefore($extension, $frame->clTRID);
	my $response = $epp->request($frame) or die "no answer to an update: $Net::EPP::Simple::Error\n";
	return $epp->_get_response_code($response);
}

my $epp = Net::EPP::Simple->new(%how, user => $user, pass => 'something else');
expect(!defined($epp) && $Net::EPP::Simple::Code == 2200, 'a wrong password is refused with 2200');
$epp = Net::EPP::Simple->new(%how, user => $user, pass => $password);
expect(defined($epp), 'logged in, with a certificate on both sides');
expect($epp->greeting->getElementsByTagName('extURI')->shift->textContent eq $SECDNS, 'the greeting offers secDNS-1.1');
expect($epp->ping, 'hello is answered with a greeting');
expect($epp->check_domain($domain) == 0, "$domain is not available");
expect($epp->check_domain("nobody.$domain") == 1, "nobody.$domain is");
my $info = $epp->domain_info($domain);
expect(defined($info) && $info->{name} eq $domain && $info->{clID} eq $user, 'the domain is ours');
expect(join(' ', sort @{ $info->{ns} }) eq "ns1.$domain ns2.$domain", 'its name servers are those of the registry');
expect(ds($info) eq '1 13 2 ' . '01' x 32, 'its DS set, too');
expect(!defined($epp->domain_info("nobody.$domain")) && $Net::EPP::Simple::Code == 2303, 'a domain that is not there is 2303');
my $code = update($epp, $domain, ['rem', 1, 13, 2, '01' x 32], ['add', 2, 13, 2, '02' x 32]);
expect($code == 1000, 'an update removes one DS and adds another');
expect(ds($epp->domain_info($domain)) eq '2 13 2 ' . '02' x 32, 'and that is what is there');
expect(update($epp, $domain, ['rem', 1, 13, 2, '01' x 32]) == 2306, 'what is not there is not removed');
expect(update($epp, $domain, ['add', 2, 13, 2, '02' x 32]) == 2306, 'what is there is not added');
expect(update($epp, $domain, ['add', 4, 13, 2, '04' x 32], ['rem', 2, 13, 2, '02' x 32]) == 2001, 'add before rem is no order');
expect(update($epp, $domain, ['add', 3, 8, 2, '03' x 32]) == 1000, 'one more');
expect(ds($epp->domain_info($domain)) eq '2 13 2 ' . '02' x 32 . ', 3 8 2 ' . '03' x 32, 'makes two');
expect(update($epp, $domain, ['rem', 'true']) == 1000, 'all are removed at once');
expect(ds($epp->domain_info($domain)) eq '', 'and none is left');
expect(update($epp, $domain, ['add', 2, 13, 2, '02' x 32]) == 1000 && update($epp, $domain, ['add', 3, 8, 2, '03' x 32]) == 1000,
	'two again, for who looks at the end');
expect($epp->logout, 'logged out');

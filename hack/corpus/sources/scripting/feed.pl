#!/usr/bin/perl
# A feed importer in Perl.
use strict;
use warnings;
use POSIX qw(strftime);
use IO::Socket::INET;

$| = 1;
sub say_it { printf "%s feed[%d] %s: %s\n", strftime('%Y-%m-%d %H:%M:%S', gmtime), $$, @_ }

say_it('info', 'feed importer 2.7 starting');
my $file = $ENV{FEED_CONFIG} // '/config/feed.conf';
if (!$ENV{NO_CONFIG}) {
    open my $in, '<', $file or die "cannot open configuration $file: $!\n";
    while (<$in>) {
        chomp;
        next if /^\s*(#|$)/;
        /^(\w+)\s*=\s*(.*)$/ or die "syntax error in $file at line $.: '$_'\n";
        $ENV{"FEED_\U$1"} = $2;
    }
}
if ($ENV{FEED_DATABASE}) {
    require DBI;
    my $db = DBI->connect($ENV{FEED_DATABASE}, 'app', $ENV{FEED_PASSWORD} // '', {RaiseError => 1, PrintError => 0});
    say_it('info', 'database connected');
}
if ($ENV{FEED_MODULE}) {
    eval "require $ENV{FEED_MODULE}; 1" or die $@;
}
if ($ENV{FEED_PORT}) {
    my $server = IO::Socket::INET->new(LocalPort => $ENV{FEED_PORT}, Listen => 5, Proto => 'tcp')
        or die "cannot listen on port $ENV{FEED_PORT}: $!\n";
    say_it('info', "listening on $ENV{FEED_PORT}");
}
if ($ENV{FEED_UPSTREAM}) {
    for my $try (1 .. 4) {
        my $to = IO::Socket::INET->new(PeerAddr => $ENV{FEED_UPSTREAM}, Timeout => 1);
        if ($to) { say_it('info', 'upstream connected'); last }
        say_it('warning', "upstream $ENV{FEED_UPSTREAM}: $@ (try $try)");
        die "upstream $ENV{FEED_UPSTREAM} not available: $!\n" if $try == 4;
        sleep 1;
    }
}
my %item = (price => undef);
die "item without price in feed, refusing to import\n" if $ENV{FEED_STRICT} && !defined $item{price};
say_it('info', 'waiting for feeds');
$SIG{TERM} = sub { say_it('info', 'TERM received, finishing'); exit 0 };
sleep 600;

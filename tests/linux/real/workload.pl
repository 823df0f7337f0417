# Perl: text, files, processes, signals, pipes.
use strict;
use warnings;
use POSIX ();
$| = 1;
my %count;
$count{$_}++ for map { lc } "It was the best of times, it was the worst of times" =~ /\w+/g;
print join(" ", map { "$_=$count{$_}" } sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count), "\n";
open(my $out, ">", "numbers") or die; print $out "$_\n" for 1 .. 5000; close($out);
open(my $in, "<", "numbers") or die; my $sum = 0; $sum += $_ while <$in>; close($in);
print "$sum ", -s "numbers", " ", (stat "numbers")[3], "\n";
open($in, "<", "none") or print "none: ", $! + 0, " $!\n";
my @sorted = `sort -rn numbers | head -n 3`; print "status $?: @sorted";
my $child = fork();
if ($child == 0) { exec("sh", "-c", "exit 9") or POSIX::_exit(1) }
waitpid($child, 0); print $? >> 8, "\n";
pipe(my $r, my $w);
if (!fork()) { close $r; print $w "from the child\n"; close $w; POSIX::_exit(0) }
close $w; print scalar <$r>; wait; print $?, "\n";
my $caught = 0;
$SIG{USR1} = sub { $caught++ };
kill USR1 => $$ for 1 .. 3;
print "caught $caught\n";
local $SIG{ALRM} = sub { die "alarm\n" };
eval { alarm 1; select(undef, undef, undef, 30) if 1; alarm 0; }; print "ended by: $@";
my @stack = map { [$_, $_ ** 2] } 1 .. 50000; print scalar(@stack), " $stack[-1][1]\n";
print join(",", map { sprintf "%s:%o", $_, (stat)[2] & 07777 } grep { chmod 0640, $_ } "numbers"), "\n";
rename "numbers", "moved"; print join(" ", sort glob("*")), "\n"; unlink "moved"; print -e "moved" ? "there" : "gone", "\n";
(my $text = "a-b-c") =~ s/(\w)-(\w)/$2=$1/; print "$text\n"; print sprintf("%.3f %s", atan2(1, 1) * 4, "x" x 3), "\n";
kill KILL => $$;

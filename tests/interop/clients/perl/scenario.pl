#!/usr/bin/perl
# The scenario of tests/support/clients.py with SOAP::Lite. It reads no WSDL here, as its users' programs do not:
# it cannot read a document/literal one, so the messages are built by hand.
use strict;
use warnings;
use Encode qw(decode);
use SOAP::Lite;

binmode STDOUT, ':encoding(UTF-8)';
my (undef, $endpoint, $user, $password, $ended, $invoice, $creates, $batch_size, $text) =
    map { decode('UTF-8', $_) } @ARGV;

my $soap = SOAP::Lite->proxy($endpoint)->on_action(sub { '""' })->autotype(1)->readable(0);
$soap->serializer->register_ns('http://api.zuora.com/',        'zns');
$soap->serializer->register_ns('http://object.api.zuora.com/', 'ons');
my $session;

sub say_that {
    my ($key, $value) = @_;
    print "$key=", $value // 'undef', "\n";
}

# An element; nested ones are given as a list of SOAP::Data.
sub element {
    my ($name, @value) = @_;
    return ref $value[0] ? SOAP::Data->name($name => \SOAP::Data->value(@value)) : SOAP::Data->name($name => $value[0]);
}

sub adjustment {
    my %fields = @_;
    # Without a type, text beyond ASCII would go as base64.
    my @children = map { element("ons:$_", $fields{$_})->type('string') } sort keys %fields;
    return element('zns:zObjects', @children)->attr({ 'xsi:type' => 'ons:InvoiceItemAdjustment' });
}

# Call an operation and return its answer, a fault included.
sub call_raw {
    my ($operation, $batched, @children) = @_;
    my @headers;
    if (defined $session) {
        push @headers, SOAP::Header->name('zns:SessionHeader' => \SOAP::Data->value(element('zns:session', $session)));
    }
    if ($batched) {
        push @headers, SOAP::Header->name('zns:QueryOptions' => \SOAP::Data->value(element('zns:batchSize', $batch_size)));
    }
    return $soap->call(SOAP::Data->name("zns:$operation"), @children, @headers);
}

sub call {
    my $answer = call_raw(@_);
    die 'fault: ' . $answer->faultcode . ' ' . $answer->faultstring . "\n" if $answer->fault;
    return $answer;
}

# Everything at a path that is not nil, as a list.
sub all_of {
    my ($answer, $path) = @_;
    return grep { ref } $answer->valueof($path);
}

sub many {
    my ($value) = @_;
    return ref $value eq 'ARRAY' ? @$value : defined $value ? ($value) : ();
}

# Success and the codes of the errors, such as "false:INVALID_VALUE".
sub outcome {
    my ($success, $errors) = @_;
    return $success . ':' . join '+', map { $_->{Code} } many($errors);
}

sub log_in {
    undef $session;
    my $answer = call('login', 0, element('zns:username', $user), element('zns:password', $password));
    $session = $answer->valueof('//loginResponse/result/Session');
    return $answer->valueof('//loginResponse/result/ServerUrl');
}

# All pages of a query: the records that are not nil, the number of pages, the first page's size.
sub query_all {
    my ($query) = @_;
    my $answer = call('query', 1, element('zns:queryString', $query));
    my $page = $answer->result;
    my @records = all_of($answer, '//result/records');
    my ($pages, $size) = (1, $page->{size});
    while ($page->{done} ne 'true') {
        $answer = call('queryMore', 1, element('zns:queryLocator', $page->{queryLocator}));
        $page = $answer->result;
        push @records, all_of($answer, '//result/records');
        $pages++;
    }
    return { records => \@records, pages => $pages, size => $size };
}

say_that(server_url => log_in());
say_that(username => call('getUserInfo', 0)->valueof('//getUserInfoResponse/Username'));

my $items = query_all("select Id, ChargeAmount from InvoiceItem where InvoiceId = '$invoice'");
my @items = @{ $items->{records} };
say_that(items => join ',', map { $_->{Id} } @items);
say_that(pages => $items->{pages});
say_that(size => $items->{size});

my @credits = map {
    adjustment(
        AdjustmentDate => '2024-03-02',
        Amount         => $_ == 1 ? '1000000.00' : sprintf('1.%02d', $_),
        Comment        => $text,
        InvoiceId      => $invoice,
        SourceId       => $items[$_]{Id},
        SourceType     => 'InvoiceDetail',
        Type           => 'Credit',
    )
} 0 .. $creates - 1;
my @saved = all_of(call('create', 0, @credits), '//createResponse/result');
say_that(saved => join ',', map { outcome($_->{Success}, $_->{Errors}) } @saved);
say_that(refused => (many($saved[1]{Errors}))[0]{Message});

my $adjustments =
    'select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment '
    . "where InvoiceId = '$invoice'";
my $rows = query_all($adjustments);
my %by_id = map { $_->{Id} => $_ } @{ $rows->{records} };
say_that(rows => scalar @{ $rows->{records} });
for my $number (0 .. $#saved) {
    my $id = $saved[$number]{Id} // next;
    say_that("read.$number", join '|', @{ $by_id{$id} }{qw(SourceId Amount AdjustmentDate Status Comment)});
}

my $fault = call_raw('query', 1, element('zns:queryString', 'select Nonsense from Invoice'));
say_that('bad_query.faultcode', $fault->faultcode);
for my $name (keys %{ $fault->faultdetail // {} }) {
    say_that('bad_query.detail',  $name);
    say_that('bad_query.code',    $fault->faultdetail->{$name}{FaultCode});
    say_that('bad_query.message', $fault->faultdetail->{$name}{FaultMessage});
}

$session = $ended;
$fault = call_raw('getUserInfo', 0);
if ($fault->fault) {
    say_that('expired.faultcode', $fault->faultcode);
    say_that('expired.code', $_->{FaultCode}) for values %{ $fault->faultdetail // {} };
    log_in();
}

my $first = $saved[0]{Id};
my ($canceled) = all_of(call('update', 0, adjustment(Id => $first, Status => 'Canceled')), '//updateResponse/result');
say_that(canceled => outcome($canceled->{Success}, $canceled->{Errors}));
my $status = "select Status from InvoiceItemAdjustment where Id = '$first'";
say_that(status => query_all($status)->{records}[0]{Status});

my @ids = map { element('zns:ids', $_) } $first, $saved[2]{Id};
my ($deleted, $kept) =
    all_of(call('delete', 0, element('zns:type', 'InvoiceItemAdjustment'), @ids), '//deleteResponse/result');
say_that(deleted => outcome($deleted->{success}, $deleted->{errors}));
say_that(deleted_the_first => $deleted->{id} eq $first ? 'true' : 'false');
say_that(kept => outcome($kept->{success}, $kept->{errors}));
say_that(rows_after => scalar @{ query_all($adjustments)->{records} });
my $none = query_all($status);
say_that(empty => scalar(@{ $none->{records} }) . ':' . $none->{size});

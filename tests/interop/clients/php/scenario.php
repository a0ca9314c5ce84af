<?php
/* The scenario of tests/support/clients.py with PHP's SoapClient. */
declare(strict_types=1);

error_reporting(E_ALL);
set_error_handler(function (int $severity, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $severity, $file, $line);
});

const API = 'http://api.zuora.com/';
const OBJECTS = 'http://object.api.zuora.com/';

[, $wsdl, $endpoint, $user, $password, $expired, $invoice, $creates, $batchSize, $text] = $argv;

$client = new SoapClient($wsdl, [
    'location' => $endpoint,
    'cache_wsdl' => WSDL_CACHE_NONE,
    'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
]);

function say(string $key, mixed $value): void
{
    echo $key, '=', is_bool($value) ? ($value ? 'true' : 'false') : $value, "\n";
}

function sessionHeader(string $session): SoapHeader
{
    return new SoapHeader(API, 'SessionHeader', ['session' => $session]);
}

function adjustment(array $fields): SoapVar
{
    return new SoapVar($fields, SOAP_ENC_OBJECT, 'InvoiceItemAdjustment', OBJECTS);
}

/* Success and the codes of the errors, such as "false:INVALID_VALUE". */
function outcome(bool $success, ?array $errors): string
{
    $codes = array_map(fn ($error) => $error === null ? 'null' : $error->Code, $errors ?? []);
    return ($success ? 'true' : 'false') . ':' . implode('+', $codes);
}

/* All pages of a query: the records that are not nil, the number of pages, the first page's size. */
function queryAll(SoapClient $client, SoapHeader $session, int $batchSize, string $query): array
{
    $headers = [new SoapHeader(API, 'QueryOptions', ['batchSize' => $batchSize]), $session];
    $page = $client->__soapCall('query', [['queryString' => $query]], null, $headers)->result;
    [$records, $pages, $size] = [$page->records ?? [], 1, $page->size];
    while (!$page->done) {
        $page = $client->__soapCall('queryMore', [['queryLocator' => $page->queryLocator]], null, $headers)->result;
        array_push($records, ...($page->records ?? []));
        $pages++;
    }
    return [array_values(array_filter($records)), $pages, $size];
}

function login(SoapClient $client, string $user, string $password): stdClass
{
    return $client->login(['username' => $user, 'password' => $password])->result;
}

$login = login($client, $user, $password);
$session = sessionHeader($login->Session);
say('server_url', $login->ServerUrl);
say('username', $client->__soapCall('getUserInfo', [[]], null, $session)->Username);

[$items, $pages, $size] = queryAll(
    $client, $session, (int) $batchSize, "select Id, ChargeAmount from InvoiceItem where InvoiceId = '$invoice'"
);
say('items', implode(',', array_column($items, 'Id')));
say('pages', $pages);
say('size', $size);

$records = [];
for ($index = 0; $index < (int) $creates; $index++) {
    $records[] = adjustment([
        'AdjustmentDate' => '2024-03-02',
        'Amount' => $index === 1 ? '1000000.00' : sprintf('1.%02d', $index),
        'Comment' => $text,
        'InvoiceId' => $invoice,
        'SourceId' => $items[$index]->Id,
        'SourceType' => 'InvoiceDetail',
        'Type' => 'Credit',
    ]);
}
$saved = $client->__soapCall('create', [['zObjects' => $records]], null, $session)->result;
say('saved', implode(',', array_map(fn ($result) => outcome($result->Success, $result->Errors ?? null), $saved)));
say('refused', $saved[1]->Errors[0]->Message);

$adjustments = "select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment where InvoiceId = '$invoice'";
[$rows] = queryAll($client, $session, (int) $batchSize, $adjustments);
$byId = array_column($rows, null, 'Id');
say('rows', count($rows));
foreach ($saved as $index => $result) {
    if (isset($result->Id)) {
        $row = $byId[$result->Id];
        say("read.$index", "$row->SourceId|$row->Amount|$row->AdjustmentDate|$row->Status|$row->Comment");
    }
}

try {
    queryAll($client, $session, (int) $batchSize, 'select Nonsense from Invoice');
} catch (SoapFault $fault) {
    say('bad_query.faultcode', $fault->faultcode);
    foreach ($fault->detail ?? [] as $name => $detail) {
        say('bad_query.detail', $name);
        say('bad_query.code', $detail->enc_value->FaultCode ?? $detail->FaultCode);
        say('bad_query.message', $detail->enc_value->FaultMessage ?? $detail->FaultMessage);
    }
}

try {
    $client->__soapCall('getUserInfo', [[]], null, sessionHeader($expired));
} catch (SoapFault $fault) {
    say('expired.faultcode', $fault->faultcode);
    foreach ($fault->detail ?? [] as $detail) {
        say('expired.code', $detail->enc_value->FaultCode ?? $detail->FaultCode);
    }
    $session = sessionHeader(login($client, $user, $password)->Session);
}

$first = $saved[0]->Id;
$update = ['zObjects' => [adjustment(['Id' => $first, 'Status' => 'Canceled'])]];
[$canceled] = $client->__soapCall('update', [$update], null, $session)->result;
say('canceled', outcome($canceled->Success, $canceled->Errors ?? null));
[$rows] = queryAll($client, $session, (int) $batchSize, "select Status from InvoiceItemAdjustment where Id = '$first'");
say('status', $rows[0]->Status);

$delete = ['type' => 'InvoiceItemAdjustment', 'ids' => [$first, $saved[2]->Id]];
[$deleted, $kept] = $client->__soapCall('delete', [$delete], null, $session)->result;
say('deleted', outcome($deleted->success, $deleted->errors ?? null));
say('deleted_the_first', $deleted->id === $first);
say('kept', outcome($kept->success, $kept->errors ?? null));
[$rows] = queryAll($client, $session, (int) $batchSize, $adjustments);
say('rows_after', count($rows));
[$rows, , $size] = queryAll($client, $session, (int) $batchSize, "select Id from InvoiceItemAdjustment where Id = '$first'");
say('empty', count($rows) . ':' . $size);

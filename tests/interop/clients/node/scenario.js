// The scenario of tests/support/clients.py with the npm package soap.
'use strict';

const soap = require('soap');

const API = 'http://api.zuora.com/';
const OBJECTS = 'http://object.api.zuora.com/';
const [wsdl, endpoint, user, password, ended, invoice, creates, batchSize, text] = process.argv.slice(2);

const say = (key, value) => process.stdout.write(`${key}=${value}\n`);
const many = (value) => (value === undefined ? [] : [].concat(value));

// Success and the codes of the errors, such as "false:INVALID_VALUE".
const outcome = (success, errors) => `${success}:${many(errors).map((error) => error?.Code ?? 'null').join('+')}`;

// A date is a Date where the record's type is known, and a text otherwise.
const day = (date) => (date instanceof Date ? date.toISOString() : date).slice(0, 10);

function adjustment(fields) {
  const children = Object.entries(fields).map(([name, value]) => [`ons:${name}`, value]);
  return {
    attributes: { 'xsi:type': 'ons:InvoiceItemAdjustment', 'xmlns:ons': OBJECTS },
    ...Object.fromEntries(children),
  };
}

class Caller {
  constructor(client) {
    this.client = client;
  }

  useHeaders(session, batch) {
    this.session = session;
    this.client.clearSoapHeaders();
    if (batch) {
      this.client.addSoapHeader({ QueryOptions: { batchSize: batch } }, '', 'zns', API);
    }
    this.client.addSoapHeader({ SessionHeader: { session } }, '', 'zns', API);
  }

  async call(operation, message) {
    const [answer] = await this.client[`${operation}Async`](message);
    return answer;
  }

  async login() {
    this.client.clearSoapHeaders();
    const { result } = await this.call('login', { username: user, password });
    this.useHeaders(result.Session);
    return result;
  }

  // All pages: the records that are not nil, the number of pages, the first page's size.
  async queryAll(queryString) {
    this.useHeaders(this.session, batchSize);
    let { result } = await this.call('query', { queryString });
    const records = many(result.records);
    const { size } = result;
    let pages = 1;
    while (!result.done) {
      ({ result } = await this.call('queryMore', { queryLocator: result.queryLocator }));
      records.push(...many(result.records));
      pages += 1;
    }
    this.useHeaders(this.session);
    return { records: records.filter((record) => record?.Id), pages, size };
  }
}

// What a SOAP fault shows: the text of its code, and the name and children of its detail.
function faultOf(error) {
  const fault = error.root?.Envelope?.Body?.Fault;
  if (!fault) {
    throw error;
  }
  const [name, detail] = Object.entries(fault.detail ?? {})[0] ?? [];
  return { faultcode: fault.faultcode, name, code: detail?.FaultCode, message: detail?.FaultMessage };
}

async function main() {
  const client = await soap.createClientAsync(wsdl, { endpoint });
  const caller = new Caller(client);

  say('server_url', (await caller.login()).ServerUrl);
  say('username', (await caller.call('getUserInfo', {})).Username);

  const items = await caller.queryAll(`select Id, ChargeAmount from InvoiceItem where InvoiceId = '${invoice}'`);
  say('items', items.records.map((item) => item.Id).join(','));
  say('pages', items.pages);
  say('size', items.size);

  const records = items.records.slice(0, Number(creates)).map((item, number) =>
    adjustment({
      AdjustmentDate: '2024-03-02',
      Amount: number === 1 ? '1000000.00' : `1.${String(number).padStart(2, '0')}`,
      Comment: text,
      InvoiceId: invoice,
      SourceId: item.Id,
      SourceType: 'InvoiceDetail',
      Type: 'Credit',
    }),
  );
  const saved = (await caller.call('create', { zObjects: records })).result;
  say('saved', saved.map((result) => outcome(result.Success, result.Errors)).join(','));
  say('refused', many(saved[1].Errors)[0].Message);

  const adjustments =
    'select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment ' +
    `where InvoiceId = '${invoice}'`;
  const rows = (await caller.queryAll(adjustments)).records;
  const byId = new Map(rows.map((row) => [row.Id, row]));
  say('rows', rows.length);
  saved.forEach((result, number) => {
    if (result.Id) {
      const row = byId.get(result.Id);
      const values = [row.SourceId, row.Amount, day(row.AdjustmentDate), row.Status, row.Comment];
      say(`read.${number}`, values.join('|'));
    }
  });

  try {
    await caller.queryAll('select Nonsense from Invoice');
  } catch (error) {
    const fault = faultOf(error);
    say('bad_query.faultcode', fault.faultcode);
    say('bad_query.detail', fault.name);
    say('bad_query.code', fault.code);
    say('bad_query.message', fault.message);
  }

  caller.useHeaders(ended);
  try {
    await caller.call('getUserInfo', {});
  } catch (error) {
    const fault = faultOf(error);
    say('expired.faultcode', fault.faultcode);
    say('expired.code', fault.code);
    await caller.login();
  }

  const first = saved[0].Id;
  const [canceled] = (await caller.call('update', { zObjects: [adjustment({ Id: first, Status: 'Canceled' })] })).result;
  say('canceled', outcome(canceled.Success, canceled.Errors));
  const [row] = (await caller.queryAll(`select Status from InvoiceItemAdjustment where Id = '${first}'`)).records;
  say('status', row.Status);

  const message = { type: 'InvoiceItemAdjustment', ids: [first, saved[2].Id] };
  const [deleted, kept] = (await caller.call('delete', message)).result;
  say('deleted', outcome(deleted.success, deleted.errors));
  say('deleted_the_first', deleted.id === first);
  say('kept', outcome(kept.success, kept.errors));
  say('rows_after', (await caller.queryAll(adjustments)).records.length);
  const empty = await caller.queryAll(`select Id from InvoiceItemAdjustment where Id = '${first}'`);
  say('empty', `${empty.records.length}:${empty.size}`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});

"""The scenario of tests/support/clients.py with zeep."""

import sys
from decimal import Decimal

from lxml import etree
from zeep import Client
from zeep.exceptions import Fault

wsdl, endpoint, user, password, ended, invoice, creates, batch_size, text = sys.argv[1:]

client = Client(wsdl)
service = client.create_service("{http://api.zuora.com/}SoapBinding", endpoint)
Adjustment = client.get_type("{http://object.api.zuora.com/}InvoiceItemAdjustment")


def say(key, value):
    sys.stdout.write(f"{key}={str(value).lower() if isinstance(value, bool) else value}\n")


def outcome(success, errors):
    """Return success and the codes of the errors, such as false:INVALID_VALUE."""
    codes = "+".join(error.Code or "null" for error in errors)
    return f"{'true' if success else 'false'}:{codes}"


def headers_of(session):
    return {"SessionHeader": {"session": session}}


def query_all(query):
    """Return the records that are not nil, the number of pages, and the first page's size."""
    options = headers | {"QueryOptions": {"batchSize": int(batch_size)}}
    page = service.query(query, _soapheaders=options)
    records, pages, size = list(page.records), 1, page.size
    while not page.done:
        page = service.queryMore(page.queryLocator, _soapheaders=options)
        records += page.records
        pages += 1
    # zeep makes a nil record an empty object.
    return [record for record in records if record is not None and record.Id], pages, size


login = service.login(user, password)
headers = headers_of(login.Session)
say("server_url", login.ServerUrl)
say("username", service.getUserInfo(_soapheaders=headers).Username)

items, pages, size = query_all(f"select Id, ChargeAmount from InvoiceItem where InvoiceId = '{invoice}'")
say("items", ",".join(item.Id for item in items))
say("pages", pages)
say("size", size)

records = [
    Adjustment(
        AdjustmentDate="2024-03-02",
        Amount=Decimal("1000000.00" if number == 1 else f"1.{number:02d}"),
        Comment=text,
        InvoiceId=invoice,
        SourceId=items[number].Id,
        SourceType="InvoiceDetail",
        Type="Credit",
    )
    for number in range(int(creates))
]
saved = service.create(records, _soapheaders=headers)
say("saved", ",".join(outcome(result.Success, result.Errors) for result in saved))
say("refused", saved[1].Errors[0].Message)

adjustments = (
    "select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment"
    f" where InvoiceId = '{invoice}'"
)
rows, _, _ = query_all(adjustments)
by_id = {row.Id: row for row in rows}
say("rows", len(rows))
for number, result in enumerate(saved):
    if result.Id:
        row = by_id[result.Id]
        say(f"read.{number}", f"{row.SourceId}|{row.Amount}|{row.AdjustmentDate}|{row.Status}|{row.Comment}")

try:
    query_all("select Nonsense from Invoice")
except Fault as fault:
    say("bad_query.faultcode", fault.code)
    for detail in fault.detail if fault.detail is not None else ():
        say("bad_query.detail", etree.QName(detail).localname)
        say("bad_query.code", detail.findtext("{*}FaultCode"))
        say("bad_query.message", detail.findtext("{*}FaultMessage"))

try:
    service.getUserInfo(_soapheaders=headers_of(ended))
except Fault as fault:
    say("expired.faultcode", fault.code)
    for detail in fault.detail if fault.detail is not None else ():
        say("expired.code", detail.findtext("{*}FaultCode"))
    headers = headers_of(service.login(user, password).Session)

first = saved[0].Id
(canceled,) = service.update([Adjustment(Id=first, Status="Canceled")], _soapheaders=headers)
say("canceled", outcome(canceled.Success, canceled.Errors))
rows, _, _ = query_all(f"select Status from InvoiceItemAdjustment where Id = '{first}'")
say("status", rows[0].Status)

deleted, kept = service.delete("InvoiceItemAdjustment", [first, saved[2].Id], _soapheaders=headers)
say("deleted", outcome(deleted.success, deleted.errors))
say("deleted_the_first", deleted.id == first)
say("kept", outcome(kept.success, kept.errors))
rows, _, _ = query_all(adjustments)
say("rows_after", len(rows))
rows, _, size = query_all(f"select Id from InvoiceItemAdjustment where Id = '{first}'")
say("empty", f"{len(rows)}:{size}")

// The scenario of tests/support/clients.py with gSOAP.

#include <cstdio>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "SoapBinding.nsmap"
#include "soapSoapBindingProxy.h"

using Adjustment = ons__InvoiceItemAdjustment;

namespace {

// A call that did not succeed; what it was is in the soap context.
struct Failed {};

void say(const std::string &key, const std::string &value) { std::cout << key << '=' << value << '\n'; }

std::string text(const std::string *value) { return value ? *value : "null"; }

std::string text(struct soap *soap, const enum zns__ErrorCode *code) {
    return code ? soap_zns__ErrorCode2s(soap, *code) : "null";
}

// Success and the codes of the errors, such as "false:INVALID_VALUE".
std::string outcome(struct soap *soap, const bool *success, const std::vector<zns__Error *> &errors) {
    std::string codes;
    for (const zns__Error *error : errors) {
        codes += (codes.empty() ? "" : "+") + (error ? text(soap, error->Code) : "null");
    }
    return std::string(success && *success ? "true" : "false") + ":" + codes;
}

template <class Record> struct Found {
    std::vector<Record *> records;  // those that are not nil
    int pages = 0;
    int size = 0;  // as the first page has it
};

class Caller {
  public:
    Caller(const char *endpoint, const char *user, const char *password, int batch_size)
        : proxy_(endpoint, SOAP_C_UTFSTRING | SOAP_IO_KEEPALIVE), user_(user), password_(password),
          batch_size_(batch_size) {}

    ~Caller() { proxy_.destroy(); }

    struct soap *context() { return proxy_.soap; }

    void print_fault() { proxy_.soap_stream_fault(std::cerr); }

    std::string log_in() {
        _zns__login request;
        _zns__loginResponse response;
        request.username = &user_;
        request.password = &password_;
        proxy_.soap_header(nullptr, nullptr, nullptr);
        check(proxy_.login(&request, response));
        session_ = text(response.result->Session);
        return text(response.result->ServerUrl);
    }

    void use_session(const std::string &session) { session_ = session; }

    std::string username() {
        _zns__getUserInfo request;
        _zns__getUserInfoResponse response;
        send_headers(false);
        check(proxy_.getUserInfo(&request, response));
        return response.Username;
    }

    template <class Record> Found<Record> query_all(const std::string &query) {
        Found<Record> found;
        _zns__query request;
        _zns__queryResponse response;
        request.queryString = query;
        send_headers(true);
        check(proxy_.query(&request, response));
        zns__QueryResult *page = response.result;
        found.size = page->size;
        for (;;) {
            found.pages++;
            for (ons__zObject *record : page->records) {
                if (auto *typed = dynamic_cast<Record *>(record)) {
                    found.records.push_back(typed);
                }
            }
            if (page->done) {
                return found;
            }
            _zns__queryMore more;
            _zns__queryMoreResponse answer;
            more.queryLocator = text(page->queryLocator);
            send_headers(true);
            check(proxy_.queryMore(&more, answer));
            page = answer.result;
        }
    }

    std::vector<zns__SaveResult *> create(const std::vector<ons__zObject *> &records) {
        _zns__create request;
        _zns__createResponse response;
        request.zObjects = records;
        send_headers(false);
        check(proxy_.create(&request, response));
        return response.result;
    }

    std::vector<zns__SaveResult *> update(const std::vector<ons__zObject *> &records) {
        _zns__update request;
        _zns__updateResponse response;
        request.zObjects = records;
        send_headers(false);
        check(proxy_.update(&request, response));
        return response.result;
    }

    std::vector<zns__DeleteResult *> erase(const std::string &type, const std::vector<std::string> &ids) {
        _zns__delete request;
        _zns__deleteResponse response;
        request.type = type;
        request.ids = ids;
        send_headers(false);
        check(proxy_.delete_(&request, response));
        return response.result;
    }

  private:
    void send_headers(bool with_options) {
        header_.session = session_;
        options_.batchSize = &batch_size_;
        proxy_.soap_header(nullptr, with_options ? &options_ : nullptr, &header_);
    }

    void check(int error) {
        if (error != SOAP_OK) {
            throw Failed();
        }
    }

    SoapBindingProxy proxy_;
    std::string user_, password_, session_;
    int batch_size_;
    _zns__SessionHeader header_;
    _zns__QueryOptions options_;
};

void run(Caller &caller, const std::string &ended, const std::string &invoice, int creates, std::string comment) {
    struct soap *soap = caller.context();
    say("server_url", caller.log_in());
    say("username", caller.username());

    const auto items = caller.query_all<ons__InvoiceItem>(
        "select Id, ChargeAmount from InvoiceItem where InvoiceId = '" + invoice + "'");
    std::string ids;
    for (const auto *item : items.records) {
        ids += (ids.empty() ? "" : ",") + text(item->Id);
    }
    say("items", ids);
    say("pages", std::to_string(items.pages));
    say("size", std::to_string(items.size));

    std::string date = "2024-03-02", source_type = "InvoiceDetail", type = "Credit", invoice_id = invoice;
    std::vector<ons__zObject *> credits;
    for (int number = 0; number < creates; number++) {
        char amount[16];
        std::snprintf(amount, sizeof amount, "1.%02d", number);
        Adjustment *credit = soap_new_ons__InvoiceItemAdjustment(soap);
        credit->AdjustmentDate = &date;
        credit->Amount = soap_new_std__string(soap);
        *credit->Amount = number == 1 ? "1000000.00" : amount;
        credit->Comment = &comment;
        credit->InvoiceId = &invoice_id;
        credit->SourceId = items.records.at(number)->Id;
        credit->SourceType = &source_type;
        credit->Type = &type;
        credits.push_back(credit);
    }
    const auto saved = caller.create(credits);
    std::string outcomes;
    for (const auto *result : saved) {
        outcomes += (outcomes.empty() ? "" : ",") + outcome(soap, result->Success, result->Errors);
    }
    say("saved", outcomes);
    say("refused", text(saved.at(1)->Errors.at(0)->Message));

    const std::string adjustments =
        "select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment where InvoiceId = '" +
        invoice + "'";
    const auto rows = caller.query_all<Adjustment>(adjustments);
    say("rows", std::to_string(rows.records.size()));
    std::map<std::string, Adjustment *> by_id;
    for (Adjustment *row : rows.records) {
        by_id[text(row->Id)] = row;
    }
    for (size_t number = 0; number < saved.size(); number++) {
        if (saved[number]->Id) {
            const Adjustment *row = by_id.at(*saved[number]->Id);
            say("read." + std::to_string(number), text(row->SourceId) + "|" + text(row->Amount) + "|" +
                    text(row->AdjustmentDate) + "|" + text(row->Status) + "|" + text(row->Comment));
        }
    }

    try {
        caller.query_all<ons__Invoice>("select Nonsense from Invoice");
    } catch (const Failed &) {
        const auto *fault = soap->fault;
        if (!fault) {
            throw;
        }
        say("bad_query.faultcode", fault->faultcode);
        if (fault->detail && fault->detail->fns__MalformedQueryFault_) {
            const auto *detail = fault->detail->fns__MalformedQueryFault_;
            say("bad_query.detail", "MalformedQueryFault");
            say("bad_query.code", text(soap, detail->FaultCode));
            say("bad_query.message", text(detail->FaultMessage));
        }
    }

    caller.use_session(ended);
    try {
        caller.username();
    } catch (const Failed &) {
        const auto *fault = soap->fault;
        if (!fault) {
            throw;
        }
        say("expired.faultcode", fault->faultcode);
        if (fault->detail && fault->detail->fns__UnexpectedErrorFault_) {
            say("expired.code", text(soap, fault->detail->fns__UnexpectedErrorFault_->FaultCode));
        }
        caller.log_in();
    }

    const std::string first = text(saved[0]->Id);
    Adjustment cancel;
    std::string canceled_status = "Canceled", cancel_id = first;
    cancel.Id = &cancel_id;
    cancel.Status = &canceled_status;
    const auto *canceled = caller.update({&cancel}).at(0);
    say("canceled", outcome(soap, canceled->Success, canceled->Errors));
    const std::string status = "select Status from InvoiceItemAdjustment where Id = '" + first + "'";
    say("status", text(caller.query_all<Adjustment>(status).records.at(0)->Status));

    const auto results = caller.erase("InvoiceItemAdjustment", {first, text(saved[2]->Id)});
    const auto *deleted = results.at(0), *kept = results.at(1);
    say("deleted", outcome(soap, deleted->success, deleted->errors));
    say("deleted_the_first", text(deleted->id) == first ? "true" : "false");
    say("kept", outcome(soap, kept->success, kept->errors));
    say("rows_after", std::to_string(caller.query_all<Adjustment>(adjustments).records.size()));
    const auto none = caller.query_all<Adjustment>(status);
    say("empty", std::to_string(none.records.size()) + ":" + std::to_string(none.size));
}

}  // namespace

int main(int, char **arguments) {
    Caller caller(arguments[2], arguments[3], arguments[4], std::stoi(arguments[8]));
    try {
        run(caller, arguments[5], arguments[6], std::stoi(arguments[7]), arguments[9]);
    } catch (const Failed &) {
        caller.print_fault();
        return 1;
    } catch (const std::out_of_range &missing) {
        std::cerr << "something is missing: " << missing.what() << '\n';
        return 1;
    }
    return 0;
}

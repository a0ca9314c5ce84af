import com.zuora.api.DeleteResult;
import com.zuora.api.Error;
import com.zuora.api.LoginResult;
import com.zuora.api.MalformedQueryFault;
import com.zuora.api.QueryOptions;
import com.zuora.api.QueryResult;
import com.zuora.api.SaveResult;
import com.zuora.api.SessionHeader;
import com.zuora.api.Soap;
import com.zuora.api.UnexpectedErrorFault;
import com.zuora.api.ZuoraService;
import com.zuora.api.object.InvoiceItemAdjustment;
import com.zuora.api.object.ZObject;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.ws.BindingProvider;
import javax.xml.ws.Holder;
import javax.xml.ws.soap.SOAPFaultException;

/** The scenario of tests/support/clients.py with JAX-WS. */
public final class Scenario {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Soap soap;
    private final String user;
    private final String password;
    private final QueryOptions options = new QueryOptions();
    private SessionHeader session;

    private Scenario(Soap soap, String user, String password, int batchSize) {
        this.soap = soap;
        this.user = user;
        this.password = password;
        options.setBatchSize(batchSize);
    }

    /** All pages of a query: the records that are not nil, the number of pages, the first page's size. */
    private static final class Found<T extends ZObject> {
        final List<T> records = new ArrayList<>();
        int pages;
        int size;
    }

    public static void main(String[] arguments) throws Exception {
        Soap soap = new ZuoraService(Paths.get(arguments[0]).toUri().toURL()).getSoap();
        ((BindingProvider) soap).getRequestContext().put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, arguments[1]);
        int batchSize = Integer.parseInt(arguments[7]);
        Scenario scenario = new Scenario(soap, arguments[2], arguments[3], batchSize);
        scenario.run(arguments[4], arguments[5], Integer.parseInt(arguments[6]), arguments[8]);
    }

    private static void say(String key, Object value) {
        OUT.println(key + "=" + value);
    }

    /** Success and the codes of the errors, such as "false:INVALID_VALUE". */
    private static String outcome(Boolean success, List<Error> errors) {
        return success + ":" + errors.stream().map(Scenario::codeOf).collect(Collectors.joining("+"));
    }

    private static String codeOf(Error error) {
        return error == null || error.getCode() == null ? "null" : error.getCode().value();
    }

    private static SessionHeader headerOf(String token) {
        SessionHeader header = new SessionHeader();
        header.setSession(token);
        return header;
    }

    private LoginResult logIn() throws Exception {
        LoginResult login = soap.login(user, password);
        session = headerOf(login.getSession());
        return login;
    }

    private String username() throws UnexpectedErrorFault {
        Holder<String> username = new Holder<>();
        soap.getUserInfo(
                new Holder<>(), new Holder<>(), new Holder<>(), new Holder<>(), new Holder<>(), username, session);
        return username.value;
    }

    private <T extends ZObject> Found<T> queryAll(Class<T> type, String query) throws Exception {
        Found<T> found = new Found<>();
        QueryResult page = soap.query(query, options, session);
        found.size = page.getSize();
        while (true) {
            found.pages++;
            page.getRecords().stream().filter(Objects::nonNull).map(type::cast).forEach(found.records::add);
            if (page.isDone()) {
                return found;
            }
            page = soap.queryMore(page.getQueryLocator(), options, session);
        }
    }

    private static InvoiceItemAdjustment credit(String invoice, String item, int number, String text)
            throws Exception {
        InvoiceItemAdjustment credit = new InvoiceItemAdjustment();
        credit.setAdjustmentDate(DatatypeFactory.newInstance().newXMLGregorianCalendar("2024-03-02"));
        credit.setAmount(new BigDecimal(number == 1 ? "1000000.00" : String.format("1.%02d", number)));
        credit.setComment(text);
        credit.setInvoiceId(invoice);
        credit.setSourceId(item);
        credit.setSourceType("InvoiceDetail");
        credit.setType("Credit");
        return credit;
    }

    private void run(String ended, String invoice, int creates, String text) throws Exception {
        say("server_url", logIn().getServerUrl());
        say("username", username());

        Found<com.zuora.api.object.InvoiceItem> items = queryAll(
                com.zuora.api.object.InvoiceItem.class,
                "select Id, ChargeAmount from InvoiceItem where InvoiceId = '" + invoice + "'");
        say("items", items.records.stream().map(ZObject::getId).collect(Collectors.joining(",")));
        say("pages", items.pages);
        say("size", items.size);

        List<ZObject> credits = new ArrayList<>();
        for (int number = 0; number < creates; number++) {
            credits.add(credit(invoice, items.records.get(number).getId(), number, text));
        }
        List<SaveResult> saved = soap.create(credits, null, session);
        say("saved", saved.stream()
                .map(result -> outcome(result.isSuccess(), result.getErrors()))
                .collect(Collectors.joining(",")));
        say("refused", saved.get(1).getErrors().get(0).getMessage());

        String adjustments = "select AdjustmentDate, Amount, Comment, SourceId, Status from InvoiceItemAdjustment"
                + " where InvoiceId = '" + invoice + "'";
        List<InvoiceItemAdjustment> rows = queryAll(InvoiceItemAdjustment.class, adjustments).records;
        say("rows", rows.size());
        Map<String, InvoiceItemAdjustment> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.getId(), row));
        for (int number = 0; number < saved.size(); number++) {
            InvoiceItemAdjustment row = byId.get(saved.get(number).getId());
            if (saved.get(number).getId() != null) {
                say("read." + number, row.getSourceId() + "|" + row.getAmount() + "|" + row.getAdjustmentDate()
                        + "|" + row.getStatus() + "|" + row.getComment());
            }
        }

        try {
            queryAll(ZObject.class, "select Nonsense from Invoice");
        } catch (MalformedQueryFault fault) {
            say("bad_query.detail", "MalformedQueryFault");
            say("bad_query.code", fault.getFaultInfo().getFaultCode().value());
            say("bad_query.message", fault.getFaultInfo().getFaultMessage());
        } catch (SOAPFaultException fault) {
            say("bad_query.faultcode", fault.getFault().getFaultCode());
        }

        session = headerOf(ended);
        try {
            username();
        } catch (UnexpectedErrorFault fault) {
            say("expired.code", fault.getFaultInfo().getFaultCode().value());
            logIn();
        } catch (SOAPFaultException fault) {
            say("expired.faultcode", fault.getFault().getFaultCode());
            logIn();
        }

        String first = saved.get(0).getId();
        InvoiceItemAdjustment cancel = new InvoiceItemAdjustment();
        cancel.setId(first);
        cancel.setStatus("Canceled");
        SaveResult canceled = soap.update(List.of(cancel), session).get(0);
        say("canceled", outcome(canceled.isSuccess(), canceled.getErrors()));
        String status = "select Status from InvoiceItemAdjustment where Id = '" + first + "'";
        say("status", queryAll(InvoiceItemAdjustment.class, status).records.get(0).getStatus());

        List<String> ids = List.of(first, saved.get(2).getId());
        List<DeleteResult> results = soap.delete("InvoiceItemAdjustment", ids, session);
        say("deleted", outcome(results.get(0).isSuccess(), results.get(0).getErrors()));
        say("deleted_the_first", first.equals(results.get(0).getId()));
        say("kept", outcome(results.get(1).isSuccess(), results.get(1).getErrors()));
        say("rows_after", queryAll(InvoiceItemAdjustment.class, adjustments).records.size());
        Found<InvoiceItemAdjustment> none = queryAll(InvoiceItemAdjustment.class, status);
        say("empty", none.records.size() + ":" + none.size);
    }
}

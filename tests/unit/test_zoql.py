"""ZOQL's grammar: what is a query, what it says, and how a text that is none is explained."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.zoql import (
    And,
    Comparison,
    Literal,
    LiteralKind,
    Or,
    Ordering,
    Query,
    ZoqlSyntaxError,
    parse,
)
from gateway.zoql.parser import MAX_CHARACTERS, MAX_CONDITIONS, MAX_LIMIT, MAX_ORDER_FIELDS

STEADY = settings(max_examples=300, derandomize=True, deadline=None, database=None)
EXPLAINED = re.compile(
    r"at position \d+ .+ was found, expected: [a-z0-9 ,]+|the query (?:has|nests) .+ limit is \d+", re.DOTALL
)


def condition(text):
    return parse(f"select Id from Invoice where {text}").condition


def literal(text):
    return condition(f"F = {text}").value


def explanation(text):
    with pytest.raises(ZoqlSyntaxError) as caught:
        parse(text)
    return str(caught.value)


def a_test(field, operator="=", text="1", kind=LiteralKind.NUMBER):
    return Comparison(field, operator, Literal(kind, text))


def test_a_query_is_its_fields_its_object_and_its_condition():
    assert parse("select Id, Amount from Invoice where Amount > 1") == Query(
        ("Id", "Amount"), "Invoice", a_test("Amount", ">")
    )


def test_a_query_needs_no_condition():
    assert parse("select Id from Invoice") == Query(("Id",), "Invoice")


def test_names_stay_as_they_were_typed_and_repeated():
    assert parse("select iD, ID, My_Field__c from INVOICEitem") == Query(
        ("iD", "ID", "My_Field__c"), "INVOICEitem"
    )


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id FROM Invoice WHERE A = 1 AND B LIKE 'x%' OR C = NULL",
        "Select Id From Invoice Where A = 1 And B Like 'x%' Or C = Null",
        "\n select\tId\r\nfrom  Invoice where A=1 and B like'x%'or C=null ; ",
    ],
)
def test_keywords_have_any_case_and_blanks_any_width(text):
    assert parse(text) == parse("select Id from Invoice where A = 1 and B like 'x%' or C = null")


def test_a_field_may_be_named_like_a_keyword():
    assert parse("select From, Where, Null from Invoice where Like = 1 and And = 1") == Query(
        ("From", "Where", "Null"), "Invoice", And((a_test("Like"), a_test("And")))
    )


@pytest.mark.parametrize("operator", ["=", "!=", ">", ">=", "<", "<=", "like"])
def test_each_operator_is_read(operator):
    assert condition(f"F {operator} 'x%'").operator == operator


def test_and_binds_tighter_than_or():
    a, b, c, d = (a_test(name) for name in "abcd")
    assert condition("a = 1 or b = 1 and c = 1 or d = 1") == Or((a, And((b, c)), d))
    assert condition("a = 1 and b = 1 or c = 1 and d = 1") == Or((And((a, b)), And((c, d))))
    assert condition("a = 1 and b = 1 and c = 1") == And((a, b, c))


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("'text'", LiteralKind.STRING, "text"),
        ("''", LiteralKind.STRING, ""),
        ("'null'", LiteralKind.STRING, "null"),
        ("'2024-03-01'", LiteralKind.STRING, "2024-03-01"),
        ("'two\nlines; -- and \"more\" 🚀'", LiteralKind.STRING, 'two\nlines; -- and "more" 🚀'),
        ("0", LiteralKind.NUMBER, "0"),
        ("-12.50", LiteralKind.NUMBER, "-12.50"),
        ("+1.", LiteralKind.NUMBER, "+1."),
        (".5", LiteralKind.NUMBER, ".5"),
        ("2024", LiteralKind.NUMBER, "2024"),
        ("true", LiteralKind.BOOLEAN, "true"),
        ("FALSE", LiteralKind.BOOLEAN, "false"),
        ("Null", LiteralKind.NULL, "null"),
        ("2024-03-01", LiteralKind.MOMENT, "2024-03-01"),
        ("2024-03-01T10:20:30", LiteralKind.MOMENT, "2024-03-01T10:20:30"),
        ("2024-03-01T10:20:30.123-08:00", LiteralKind.MOMENT, "2024-03-01T10:20:30.123-08:00"),
        ("2024-03-01T10:20:30-0800", LiteralKind.MOMENT, "2024-03-01T10:20:30-0800"),
        ("2024-03-01Z", LiteralKind.MOMENT, "2024-03-01Z"),
    ],
)
def test_a_value_is_read_as_what_it_is_written_as(text, kind, value):
    assert literal(text) == Literal(kind, value)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"\'", "'"),
        (r"\"", '"'),
        (r"\\", "\\"),
        (r"\b", "\b"),
        (r"\f", "\f"),
        (r"\n", "\n"),
        (r"\r", "\r"),
        (r"\t", "\t"),
        (r"\\n", r"\n"),
        (r"\x", "x"),
        (r"it\'s 100\% \\", "it's 100% \\"),
    ],
)
def test_an_escape_stands_for_its_character(written, meant):
    assert literal(f"'{written}'").text == meant


@STEADY
@given(st.text(st.characters(codec="utf-8"), max_size=50))
def test_any_text_survives_its_escaping(text):
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    assert literal(f"'{escaped}'") == Literal(LiteralKind.STRING, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ";",
        "select",
        "select from Invoice",
        "select * from Invoice",
        "select Id, from Invoice",
        "select Id Amount from Invoice",
        "select Id from",
        "select Id from Invoice where",
        "select Id from Invoice where Amount",
        "select Id from Invoice where Amount =",
        "select Id from Invoice where Amount == 1",
        "select Id from Invoice where Amount <> 1",
        "select Id from Invoice where Amount = Balance",
        "select Id from Invoice where Amount = 1 and",
        "select Id from Invoice where not Amount = 1",
        "select Id from Invoice where Amount = 1e3",
        "select Id from Invoice where Status = Posted",
        'select Id from Invoice where Status = "Posted"',
        "select Id from Invoice where Status = 'Posted",
        r"select Id from Invoice where Status = 'Posted\'",
        "select Id from Invoice order Id",
        "select Id from Invoice order by",
        "select Id from Invoice order by Id,",
        "select Id from Invoice order by 1",
        "select Id from Invoice order by Id down",
        "select Id from Invoice order by Id asc desc",
        "select Id from Invoice order by Id where Amount = 1",
        "select Id from Invoice where (Amount = 1 order by Id)",
        "select Id from Invoice limit",
        "select Id from Invoice limit 5 5",
        "select Id from Invoice limit 5, 5",
        "select Id from Invoice limit 5 order by Id",
        "select Id from Invoice;;",
        "select Id from Invoice; delete from Invoice",
        "select Id from Invoice -- a comment",
        "select count(Id) from Invoice",
        "select Invoice.Id from Invoice",
        "select Id from Invoice, Account",
        "select Id from Invoice\N{NO-BREAK SPACE}",
        "sélect Id from Invoice",
        "update Invoice",
    ],
)
def test_what_is_no_query_is_explained(text):
    assert EXPLAINED.fullmatch(explanation(text))


def test_an_explanation_has_the_position_what_was_found_and_what_was_expected():
    assert (
        explanation("select Id form Invoice")
        == "at position 11 'form Invoice' was found, expected: a comma, from"
    )
    assert (
        explanation("select Id from Invoice where Amount = 1 and")
        == "at position 44 the end was found, expected: a name, a parenthesis"
    )
    assert (
        explanation("select Id from Invoice where Status = Posted")
        == "at position 39 'Posted' was found, expected: a date, a number, a quoted string, false, null, true"
    )


def test_an_explanation_repeats_little_of_the_text():
    assert "'" + "x" * 20 + "'" in explanation("select Id from Invoice " + "x" * 5000)


def test_a_query_has_at_most_10000_characters():
    start = "select Id from Invoice where F = '"
    longest = start + "x" * (MAX_CHARACTERS - len(start) - 1) + "'"
    assert len(longest) == 10_000
    assert parse(longest).object_name == "Invoice"
    assert explanation(longest + " ") == "the query has 10001 characters, the limit is 10000"


@pytest.mark.parametrize("joint", [" and ", " or ", " and G = 2 or "])
def test_a_query_has_at_most_200_conditions(joint):
    parts = 1 + (MAX_CONDITIONS - 1) // (1 + joint.count("="))
    most = f"select Id from Invoice where {joint.join(['F = 1'] * parts)}"
    assert parse(most)
    more = f"{most}{' and H = 3' * 2}"
    assert "conditions, the limit is 200" in explanation(more)


PIECES = st.sampled_from(
    "select from where and or like order by asc desc limit null true false Id Invoice , ; = != < <= > >= "
    "' \\ \" ( ) * % _ - + . 1 0.5 2024-03-01 2024-03-01T00:00:00Z 'x' 'x%' é \0 \n \ud800".split(" ")
)


@STEADY
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map(" ".join), st.lists(PIECES).map("".join)))
@example("select Id from Invoice where F = " + "\\'" * 4000)
@example("'" * 9999)
@example("select " + "a," * 4000)
def test_any_text_is_a_query_or_a_syntax_error_in_one_sentence(text):
    try:
        outcome = parse(text)
    except ZoqlSyntaxError as error:
        outcome = str(error)
    assert outcome.fields if isinstance(outcome, Query) else EXPLAINED.fullmatch(outcome)


FIELD = st.sampled_from(["Id", "Amount", "like", "where"])
TEST = st.builds(
    Comparison,
    FIELD,
    st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "like"]),
    st.one_of(
        st.builds(Literal, st.just(LiteralKind.STRING), st.text(st.characters(codec="utf-8"), max_size=5)),
        st.builds(Literal, st.just(LiteralKind.NUMBER), st.sampled_from(["0", "-1.5", "+2."])),
        st.builds(Literal, st.just(LiteralKind.BOOLEAN), st.sampled_from(["true", "false"])),
        st.just(Literal(LiteralKind.NULL, "null")),
    ),
)
EVERY = st.one_of(TEST, st.lists(TEST, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))))
CONDITION = st.one_of(EVERY, st.lists(EVERY, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))))


def written(part):
    match part:
        case Comparison(field, operator, Literal(kind, text)):
            if kind is LiteralKind.STRING:
                text = "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
            return f"{field} {operator} {text}"
        case And(parts):
            return " and ".join(map(written, parts))
        case Or(parts):
            return " or ".join(map(written, parts))


@STEADY
@given(CONDITION)
def test_a_condition_that_is_written_is_read_back(tree):
    assert condition(written(tree)) == tree


def test_rows_are_ordered_by_fields_up_or_down():
    start = "select Id from Invoice where A = 1"
    assert parse(start).order == ()
    assert parse(f"{start} order by A") == Query(("Id",), "Invoice", a_test("A"), (Ordering("A"),))
    assert parse(f"{start} order by a, B desc, A asc").order == (
        Ordering("a"),
        Ordering("B", descending=True),
        Ordering("A"),
    )


def test_a_limit_stands_last():
    assert parse("select Id from Invoice").limit is None
    assert parse("select Id from Invoice limit 5;").limit == 5
    assert parse(f"select Id from Invoice where A = 1 order by A limit {MAX_LIMIT}").limit == 2_147_483_647


@pytest.mark.parametrize(
    "text",
    [
        "SELECT Id FROM Invoice ORDER BY A ASC, B DESC LIMIT 5",
        "select Id from Invoice Order By A, B Desc Limit 5 ;",
        "select Id from Invoice\norder\tby\r\nA asc,B desc\nlimit 5",
    ],
)
def test_order_and_limit_have_any_case_too(text):
    assert parse(text) == parse("select Id from Invoice order by A, B desc limit 5")


def test_a_field_may_be_named_like_a_word_of_order_and_limit():
    assert parse(
        "select Order, By from Limit where Asc = 1 order by Desc, By desc, Asc asc limit 1"
    ) == Query(
        ("Order", "By"),
        "Limit",
        a_test("Asc"),
        (Ordering("Desc"), Ordering("By", descending=True), Ordering("Asc")),
        1,
    )


@pytest.mark.parametrize(
    "limit", ["0", "-1", "+1", "05", "5.5", "1e3", "5x", "'5'", "true", "x", "2147483648", "9" * 5000]
)
def test_a_limit_that_is_none_is_explained(limit):
    assert explanation(f"select Id from Invoice limit {limit}") == (
        f"at position 30 {limit[:20]!r} was found, expected: a whole number from 1 to 2147483647"
    )


def test_a_query_is_ordered_by_at_most_10_fields():
    most = f"select Id from Invoice order by {', '.join(['F'] * MAX_ORDER_FIELDS)}"
    assert len(parse(most).order) == 10
    assert explanation(f"{most}, F") == "the query has 11 fields to order by, the limit is 10"


def test_parentheses_say_what_belongs_together():
    assert condition("(A = 1 or B = 1) and C = 1") == And((Or((a_test("A"), a_test("B"))), a_test("C")))


def test_parentheses_that_say_nothing_change_nothing():
    assert condition("((A = 1) and ((B = 1)))") == condition("A = 1 and B = 1")


def test_in_is_one_of_several_equalities():
    assert condition("A in (1, 1)") == Or((a_test("A"), a_test("A")))
    assert condition("A IN ('x') and B = 1") == And(
        (a_test("A", text="x", kind=LiteralKind.STRING), a_test("B"))
    )


@pytest.mark.parametrize(
    "text", ["(A = 1", "A = 1)", "()", "A in ()", "A in 1", "A in (1", "A in (1,)", "in (1)", "A = (1)"]
)
def test_an_open_or_empty_parenthesis_is_explained(text):
    assert EXPLAINED.fullmatch(explanation(f"select Id from Invoice where {text}"))


def test_conditions_may_stand_20_deep_in_each_other_and_no_deeper():
    def nested(levels):
        text = "A = 1"
        for level in range(levels - 1):
            text = f"(A = 1 {'and' if level % 2 else 'or'} {text})"
        return f"select Id from Invoice where {text}"

    parse(nested(20))
    assert explanation(nested(21)) == "the query nests conditions 21 deep, the limit is 20"


def test_a_thousand_parentheses_exhaust_nothing():
    parse(f"select Id from Invoice where {'(' * 4000}A = 1{')' * 4000}")
    deep = "".join(f"(A=1 {'and' if level % 2 else 'or'} " for level in range(600))
    assert "limit is 200" in explanation(f"select Id from Invoice where {deep}A=1{')' * 600}")

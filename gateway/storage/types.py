"""Column types that mean the same on SQLite, PostgreSQL and MariaDB, and exact sums over them."""

from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Context, Decimal, Inexact, InvalidOperation
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Dialect, Numeric, String, Text
from sqlalchemy.dialects.mysql import DATETIME, MEDIUMTEXT, VARCHAR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from gateway.contract.lexical import write_decimal
from gateway.engine.money import MAX_DECIMALS, MAX_WHOLE_DIGITS

# Python's default of 28 digits would round a long sum.
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_ROUNDING = Context(prec=60)
_FINEST = Decimal(1).scaleb(-MAX_DECIMALS)
_BEYOND = Decimal("9" * MAX_WHOLE_DIGITS + "." + "9" * (MAX_DECIMALS + 1))

_NINES = str.maketrans("0123456789", "9876543210")


def to_sortable(value: Decimal) -> str:
    """Write a decimal as text that sorts by code point as the number does.

    SQLite has no decimal type, and integers of 64 bits do not hold 16 digits at four decimals. A positive
    number is zero-padded (``00000000000000000000000100.05``); of a negative one each digit is taken from
    nine, with a ``-`` before it and a ``~`` behind it, so that the order turns round.
    """
    whole, _, decimals = write_decimal(value.copy_abs()).partition(".")
    if len(whole) > MAX_WHOLE_DIGITS:
        raise ValueError(f"{value} has more than {MAX_WHOLE_DIGITS} digits before its point")
    text = whole.zfill(MAX_WHOLE_DIGITS) + ("." + decimals if decimals else "")
    return f"-{text.translate(_NINES)}~" if value < 0 else text


def from_sortable(text: str) -> Decimal:
    """Read what ``to_sortable`` wrote."""
    if text.startswith("-"):
        return Decimal(text[1:-1].translate(_NINES)).copy_negate()
    return Decimal(text)


def comparable(value: Decimal) -> Decimal:
    """Return the value, or, for one too large or too fine to be kept, one that compares with all kept alike.

    Callers may compare with any number. Beyond what a column holds the databases differ: one rounds, one
    overflows.
    """
    # Python's - and abs() would round here.
    value = max(_BEYOND.copy_negate(), min(value, _BEYOND))
    below = value.quantize(_FINEST, ROUND_FLOOR, _ROUNDING)
    return value if value == below else _EXACT.add(below, _FINEST / 2)


class ExactDecimal(TypeDecorator[Decimal]):
    """A decimal that is stored, compared, sorted and summed exactly on every database."""

    impl = Numeric(MAX_WHOLE_DIGITS + MAX_DECIMALS, MAX_DECIMALS)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Sortable text on SQLite, NUMERIC elsewhere."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(MAX_WHOLE_DIGITS + MAX_DECIMALS + 3))
        return dialect.type_descriptor(Numeric(MAX_WHOLE_DIGITS + MAX_DECIMALS, MAX_DECIMALS))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Encode for SQLite; a float would have lost its cents already."""
        if value is None:
            return None
        assert isinstance(value, Decimal), "money is never a float"
        if value.copy_abs() > _BEYOND or value != value.quantize(_FINEST, ROUND_FLOOR, _ROUNDING):
            raise ValueError(
                f"{value} has more than {MAX_WHOLE_DIGITS} digits before or {MAX_DECIMALS} after its point"
            )
        return to_sortable(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Decode what SQLite holds; the other drivers give decimals."""
        if value is None:
            return None
        return from_sortable(value) if dialect.name == "sqlite" else Decimal(value)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:  # noqa: ARG002  # the base class's signature
        """What a column is compared with may be larger or finer than what it holds."""
        return _ComparedDecimal()


class _ComparedDecimal(ExactDecimal):
    """A decimal that is only compared, never stored."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As ExactDecimal, without the limits that PostgreSQL would round to."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        """Encode for SQLite."""
        if value is None:
            return None
        value = comparable(value)
        return to_sortable(value) if dialect.name == "sqlite" else value


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC to the millisecond."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """MariaDB drops fractions of a second unless told otherwise."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(DATETIME(fsp=3))
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store whole milliseconds of UTC; all but PostgreSQL store it without saying so."""
        if value is None:
            return None
        return _in_utc(value.replace(microsecond=value.microsecond // 1000 * 1000), dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the base class's signature
        """Give an aware UTC moment back."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:  # noqa: ARG002  # the base class's signature
        """What a column is compared with may be finer than what it holds."""
        return _ComparedMoment()


class _ComparedMoment(UtcDateTime):
    """A moment that is only compared, never stored: to the microsecond."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """As UtcDateTime, finer."""
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(DATETIME(fsp=6))
        return super().load_dialect_impl(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Compare in UTC."""
        return None if value is None else _in_utc(value, dialect)


def _in_utc(value: datetime, dialect: Dialect) -> datetime:
    value = value.astimezone(UTC)
    return value if dialect.name == "postgresql" else value.replace(tzinfo=None)


def plain_string(length: int) -> TypeEngine[str]:
    """A string that compares by code point, trailing blanks included, on every database."""
    return (
        String(length)
        .with_variant(String(length, collation="C"), "postgresql")
        .with_variant(VARCHAR(length, charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mysql", "mariadb")
    )


def plain_text() -> TypeEngine[str]:
    """Text of any length; it is not compared."""
    return Text().with_variant(
        MEDIUMTEXT(charset="utf8mb4", collation="utf8mb4_nopad_bin"), "mysql", "mariadb"
    )


class exact_sum(FunctionElement[Decimal]):  # noqa: N801  # named as it stands in SQL
    """The sum of an ExactDecimal column."""

    type = ExactDecimal()
    inherit_cache = True


class exact_add(FunctionElement[Decimal]):  # noqa: N801  # named as it stands in SQL
    """Two exact decimals added; null when one is."""

    type = ExactDecimal()
    inherit_cache = True


class exact_subtract(FunctionElement[Decimal]):  # noqa: N801  # named as it stands in SQL
    """The second exact decimal taken from the first; null when one is."""

    type = ExactDecimal()
    inherit_cache = True


@compiles(exact_sum)
def _sum(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    return f"sum({compiler.process(element.clauses, **kw)})"


@compiles(exact_sum, "sqlite")
def _sum_of_text(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    return f"exact_sum({compiler.process(element.clauses, **kw)})"


@compiles(exact_add)
def _add(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(part, **kw) for part in element.clauses)
    return f"({left} + {right})"


@compiles(exact_add, "sqlite")
def _add_text(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    return f"exact_add({compiler.process(element.clauses, **kw)})"


@compiles(exact_subtract)
def _subtract(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    left, right = (compiler.process(part, **kw) for part in element.clauses)
    return f"({left} - {right})"


@compiles(exact_subtract, "sqlite")
def _subtract_text(element: ColumnElement[Decimal], compiler: SQLCompiler, **kw: Any) -> str:
    return f"exact_subtract({compiler.process(element.clauses, **kw)})"


class _ExactSum:
    """SQLite's exact_sum aggregate."""

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, text: str | None) -> None:
        if text is not None:
            self.total = _EXACT.add(self.total or Decimal(0), from_sortable(text))

    def finalize(self) -> str | None:
        return None if self.total is None else to_sortable(self.total)


def _exact_add(left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    return to_sortable(_EXACT.add(from_sortable(left), from_sortable(right)))


def _exact_subtract(left: str | None, right: str | None) -> str | None:
    if left is None or right is None:
        return None
    return to_sortable(_EXACT.subtract(from_sortable(left), from_sortable(right)))


def add_exact_functions(sqlite_connection: Any) -> None:
    """Teach one SQLite connection the functions that sortable decimals need."""
    sqlite_connection.create_aggregate("exact_sum", 1, _ExactSum)
    sqlite_connection.create_function("exact_add", 2, _exact_add, deterministic=True)
    sqlite_connection.create_function("exact_subtract", 2, _exact_subtract, deterministic=True)

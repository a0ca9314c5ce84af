"""Random selections, the queries that ask for them, and tables filled for them."""

from dataclasses import fields
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.vendor.pretty import for_type_by_name
from sqlalchemy import insert

from gateway.contract.fields import Field, WireType
from gateway.contract.objects import ID, OBJECTS, ObjectType
from gateway.service.selection import BY_ID, AnyOf, Every, Filter, Selection, SortKey, Value
from gateway.service.selection import Test as Comparison
from gateway.storage.store import SqlStore
from gateway.storage.tables import metadata
from support.databases import empty
from support.reference import PATTERNS, World, values_of

# Hypothesis shows values in full; an object with all of its fields fills a screen.
for _type in (ObjectType, Field):
    for_type_by_name(_type.__module__, _type.__name__, lambda shown, printer, _: printer.text(repr(shown)))


def comparisons(object_type: ObjectType) -> st.SearchStrategy[Comparison]:
    def of_field(field: Field) -> st.SearchStrategy[Comparison]:
        equality = st.sampled_from(["=", "!="])
        all_six = (
            equality if field.type is WireType.BOOLEAN else st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
        )
        compared = st.builds(Comparison, st.just(field), all_six, st.sampled_from(values_of(field)))
        null = st.builds(Comparison, st.just(field), equality, st.none())
        if field.type not in (WireType.ID, WireType.STRING):
            return compared | null
        return (
            compared
            | null
            | st.builds(Comparison, st.just(field), st.just("like"), st.sampled_from(PATTERNS))
        )

    usable = [field for field in object_type.output_fields if field.filterable and field.held]
    return st.sampled_from(usable).flatmap(of_field)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    object_type = draw(st.sampled_from(OBJECTS))
    wanted = draw(st.sets(st.sampled_from([f for f in object_type.output_fields if f.selectable])))
    one = comparisons(object_type)
    some = st.lists(one, min_size=2, max_size=3).map(tuple)
    condition: st.SearchStrategy[Filter | None] = (
        st.none()
        | one
        | some.map(AnyOf)
        | some.map(Every)
        | st.lists(one | some.map(Every), min_size=2).map(tuple).map(AnyOf)
    )
    return Selection(
        object_type,
        tuple(f for f in object_type.output_fields if f.attribute == "id" or f in wanted),
        draw(condition),
        draw(orders(object_type)),
        draw(st.none() | st.integers(1, 8)),
        draw(st.booleans()),
    )


def orders(object_type: ObjectType) -> st.SearchStrategy[tuple[SortKey, ...]]:
    usable = [field for field in object_type.fields if field.filterable and field.held]
    keys = st.builds(SortKey, st.sampled_from(usable), st.booleans())
    by_id = st.just(BY_ID) | st.just((SortKey(ID, descending=True),))
    some = st.lists(keys, max_size=4, unique_by=lambda key: key.field.name).map(tuple)
    return st.tuples(some, by_id).map(lambda parts: parts[0] + parts[1])


def as_text(selection: Selection) -> str:
    """Write a selection as a query."""
    condition = "" if selection.filter is None else f" where {_condition(selection.filter)}"
    order = ", ".join(f"{key.field.name} {'desc' if key.descending else 'asc'}" for key in selection.order)
    limit = "" if selection.limit is None else f" limit {selection.limit}"
    names = ", ".join(field.name for field in selection.fields)
    return f"select {names} from {selection.object_type.name}{condition} order by {order}{limit}"


def _condition(filter_: Filter) -> str:
    if isinstance(filter_, Comparison):
        return f"{filter_.field.name} {filter_.operator} {_value(filter_.value)}"
    joint = " and " if isinstance(filter_, Every) else " or "
    return f"({joint.join(_condition(part) for part in filter_.parts)})"


def _value(value: Value) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case _:
            return str(value)


def fill(store: SqlStore, world: World) -> None:
    empty(store)
    with store.writing() as connection, connection.begin():
        for name in (field.name for field in fields(world)):
            table = metadata.tables[name]
            # A column with a default is the gateway's own affair.
            keys = [column.key for column in table.columns if column.server_default is None]
            written = [{key: row.get(key) for key in keys} for row in getattr(world, name)]
            if written:
                connection.execute(insert(table), written)

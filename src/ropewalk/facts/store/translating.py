"""Statements of this package, written once in the embedded engine's words, as PostgreSQL says them.

Values stay apart from the text; only their places are renamed. Must not know any table. Start with `translated`.

Both languages are read in with this module: named by a word they are read in when first asked for, and a second thread that
asks in that moment gets one that is half there.
"""

from __future__ import annotations

import re
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.postgres import Postgres

CAST_PLACE = re.compile(r"\?::(\w+(?:\[\])?)")  # the parser knows `CAST(? AS …)` only


@lru_cache(maxsize=2_000)
def translated(sql: str) -> str:
    """The text with places for values as the driver writes them: `%s` and `%(name)s`."""
    return in_postgresql(sqlglot.parse_one(CAST_PLACE.sub(r"CAST(? AS \1)", sql), read=DuckDB))


def in_postgresql(tree: exp.Expr) -> str:
    """One statement; several where the engine knows none that does it at once."""
    tree = tree.copy().transform(_reworded)
    before = ""
    if isinstance(tree, exp.Create) and tree.kind == "TABLE" and tree.args.get("replace"):
        tree.set("replace", False)
        table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
        before = f"DROP TABLE IF EXISTS {table.sql(dialect=Postgres, identify=True)}; "
    return before + tree.sql(dialect=Postgres, identify=True)


def _reworded(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column) and node.name == "rowid":
        return exp.column("ctid", table=node.table or None)
    if isinstance(node, exp.DateDiff):
        return exp.paren(
            exp.Sub(this=exp.cast(node.this, "DATE"), expression=exp.cast(node.expression, "DATE"))
        )
    if isinstance(node, exp.JSONExtractScalar):
        return _json_text(node)
    if isinstance(node, exp.ArrayMax):
        listed = exp.Unnest(expressions=[node.this], alias=exp.TableAlias(columns=[exp.to_identifier("one")]))
        return sqlglot.select(exp.Max(this=exp.column("one"))).from_(listed).subquery()
    if isinstance(node, exp.Select) and _is_ordered_by_all(node):
        node.set("order", None)
        return sqlglot.select("*").from_(node.subquery("every")).order_by(exp.column("every"))
    if isinstance(node, (exp.Unnest, exp.Explode)):
        inner = node.expressions[0] if node.expressions else node.this
        if isinstance(inner, exp.JSONKeys):
            return exp.Anonymous(this="jsonb_object_keys", expressions=[exp.cast(inner.this, "JSONB")])
    if isinstance(node, exp.In) and isinstance(node.this, exp.Tuple):
        return _unwrapped(node)
    if isinstance(node, exp.DataType) and node.is_type("JSON"):
        return exp.DataType.build("TEXT")
    if isinstance(node, exp.Literal) and node.is_string and "%" in node.this:
        return exp.Literal.string(node.this.replace("%", "%%"))
    return node


def _is_ordered_by_all(node: exp.Select) -> bool:
    order = node.args.get("order")
    return (
        order is not None
        and isinstance(order.expressions[0].this, exp.Var)
        and order.expressions[0].this.name == "ALL"
    )


def _json_text(node: exp.JSONExtractScalar) -> exp.Expr:
    """A field of a document as text. Both engines read the same path, so that a bound one needs no rewording."""
    path = node.expression
    if isinstance(path, exp.JSONPath):
        path = exp.Literal.string(path.sql(dialect="duckdb").strip("'").replace("''", "'"))
    found = exp.Anonymous(
        this="jsonb_path_query_first",
        expressions=[
            exp.cast(node.this, "JSONB"),
            exp.cast(path, exp.DataType.build("jsonpath", dialect="postgres", udt=True)),
        ],
    )
    return exp.Anonymous(this="jsonb_as_text", expressions=[found])


def _unwrapped(node: exp.In) -> exp.Expr:
    """`(a, b) IN (SELECT (a, b) …)`: there the inner pair must be two columns."""
    query = node.args.get("query")
    inner = query.this if isinstance(query, exp.Subquery) else query
    if (
        isinstance(inner, exp.Select)
        and len(inner.expressions) == 1
        and isinstance(inner.expressions[0], exp.Tuple)
    ):
        inner.set("expressions", inner.expressions[0].expressions)
    return node

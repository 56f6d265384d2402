"""What an earlier version kept is read on: its columns go, its rows stay, and copies of it are weighed by what both know."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ropewalk.facts.store import connection, copying, schema

ROW = "1, 'crm', 'a1', 'Rope & Co', NULL, NULL, NULL, NULL, NULL, NULL"


def test_a_store_with_a_hash_of_each_row_is_opened_without_it_and_keeps_its_rows() -> None:
    cursor = connection.cursor()
    cursor.execute(f"INSERT INTO accounts VALUES ({ROW}, 7)")
    for table in ("accounts", "replaced_accounts"):
        cursor.execute(f"ALTER TABLE {table} ADD COLUMN row_hash VARCHAR")
    cursor.execute("UPDATE accounts SET row_hash = md5(id)")
    connection.close()
    for _ in range(2):
        cursor = connection.cursor()
        for table in ("accounts", "replaced_accounts"):
            there = cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = ? "
                "AND table_schema = current_schema() ORDER BY ordinal_position",
                [table],
            ).fetchall()
            assert [name for (name,) in there] == list(schema.TABLES[table])
        assert cursor.execute("SELECT id, name, load_id FROM accounts").fetchall() == [("a1", "Rope & Co", 7)]
        connection.close()


def test_copies_with_a_hash_are_weighed_as_then_and_compared_by_the_columns_of_now(tmp_path: Path) -> None:
    def weighed(of: str) -> copying.Weight:
        """By the rule of the store, written by hand: the columns as they lie in the file."""
        columns = "company_id, source, id, name, vertical, segment, country, parent_id, owner_key, custom, row_hash, load_id"
        texts = ", ".join(f"coalesce({one}::VARCHAR, '~')" for one in columns.split(", "))
        with duckdb.connect() as engine:
            said = engine.execute(
                f"SELECT count(*), sum(('0x' || substr(md5(concat_ws('|', {texts})), 1, 15))::HUGEINT) FROM read_parquet('{of}')"
            ).fetchone()
        assert said is not None
        return copying.Weight(said[0], str(said[1]))

    file = tmp_path / "accounts.parquet"
    with duckdb.connect() as engine:
        shape = ", ".join(
            f'"{name}" {kind}' for name, kind in schema.TABLES["accounts"].items() if name != "load_id"
        )
        engine.execute(f"CREATE TABLE accounts ({shape}, row_hash VARCHAR, load_id BIGINT)")
        engine.execute(f"INSERT INTO accounts VALUES ({ROW}, md5('a1'), 7)")
        engine.execute(f"COPY accounts TO '{file}' (FORMAT parquet)")
    then = {"accounts": weighed(str(file))}
    copying.take_copies(tmp_path)
    weights = copying.weigh_beside(tmp_path, then)
    assert all(before == now for before, now in weights.values()), weights
    assert weights["accounts"][0].rows == 1

    with connection.writing() as cursor:
        cursor.execute("UPDATE accounts SET name = 'Rope and Co'")
    before, now = copying.weigh_beside(tmp_path, then)["accounts"]
    assert before != now

    with connection.writing() as cursor:
        cursor.execute("UPDATE accounts SET name = 'Rope & Co'")
    other = {"accounts": copying.Weight(1, "12345")}
    before, now = copying.weigh_beside(tmp_path, other)["accounts"]
    assert before == other["accounts"] != now, "a file that doesn't hold what was weighed is never equal"

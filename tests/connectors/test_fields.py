"""What one sees of a file before mapping it."""

from pathlib import Path

from ropewalk.connectors.files.fields import SeenField, fields_of


def test_columns_come_with_their_first_different_values(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id;name\n1;Ann\n2;Ann\n3;\nbroken\n4;Ben\n")
    assert fields_of(file) == [SeenField("id", ("1", "2", "3", "4")), SeenField("name", ("Ann", "Ben"))]

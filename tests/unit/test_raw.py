import csv
import io
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from allcity.formats.problems import Problem, ProblemsError
from allcity.formats.raw import RawTable, read_table

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6) | st.sampled_from(
    ['a "quoted" word', "two\nlines", "a;b,c\td|e", '"', "=1+1", "\ufeff", "é"]
)
no_deadline = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def read(folder: Path, data: bytes | str, name: str = "table.csv"):
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_table(path)


def problems(folder: Path, data: bytes | str, name: str = "table.csv") -> tuple[Problem, ...]:
    with pytest.raises(ProblemsError) as caught:
        read(folder, data, name)
    assert all(problem.file == name and problem.message and problem.remedy for problem in caught.value.problems)
    return caught.value.problems


def outcome(folder: Path, data: bytes | str, name: str = "table.csv") -> RawTable | tuple[Problem, ...]:
    try:
        return read(folder, data, name)
    except ProblemsError as error:
        return error.problems


def trimmed(cell: str) -> str | None:
    """What the reader makes of a cell, in Python: line breaks are line feeds, white space around is left out."""
    unix = cell.replace("\r\n", "\n").replace("\r", "\n")
    return pl.Series([unix]).str.strip_chars()[0] or None


@no_deadline
@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_reads_what_the_csv_module_writes(tmp_path, rows, delimiter, quoting, end, encoding):
    # Where rows end in a line feed the module leaves a carriage return in a cell bare, which other readers take for an end.
    assume(end == "\r\n" or quoting == csv.QUOTE_ALL or not any("\r" in cell for cells in rows for cell in cells))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerows([["a", "b", "c"], *rows])
    table = read(tmp_path, text.getvalue().encode(encoding))
    expected = [(row, cells) for row, cells in enumerate((tuple(map(trimmed, cells)) for cells in rows), start=2)]
    expected = [(row, cells) for row, cells in expected if any(cells)]
    assert table.frame.columns == ["a", "b", "c"]
    assert table.frame.rows() == [cells for _, cells in expected]
    assert table.rows.to_list() == [row for row, _ in expected]


@no_deadline
@given(data=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".xlsx", ".parquet"]))
def test_arbitrary_bytes_are_a_table_or_a_problem(tmp_path, data, suffix):
    assert outcome(tmp_path, data, f"table{suffix}")


@no_deadline
@given(text=st.text(alphabet='ab",;\n\r \0', max_size=40))
def test_arbitrary_csv_is_a_table_or_a_problem(tmp_path, text):
    table = outcome(tmp_path, text)
    assert table
    if isinstance(table, RawTable):
        assert len(table.rows) == table.frame.height
        assert all(any(row) for row in table.frame.rows())


@no_deadline
@given(damage=st.integers(0, 2**32))
def test_a_damaged_workbook_is_a_table_or_a_problem(tmp_path, damage):
    path = tmp_path / "whole.xlsx"
    openpyxl.Workbook().save(path)
    data = bytearray(path.read_bytes())
    data[damage % len(data)] ^= 1 + damage % 255
    assert outcome(tmp_path, bytes(data), "table.xlsx")


@pytest.mark.parametrize("place", [5, 40, -9, -12, -30])
def test_a_damaged_parquet_file_is_a_table_or_a_problem(tmp_path, place):
    path = tmp_path / "whole.parquet"
    pl.DataFrame({"a": ["1", "2"]}).write_parquet(path)
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    assert outcome(tmp_path, bytes(data), "table.parquet")


@pytest.mark.parametrize("data", ["", "\n\n", "  \n", b"\xef\xbb\xbf"])
def test_an_empty_file(tmp_path, data):
    (problem,) = problems(tmp_path, data)
    assert "empty" in problem.message


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    assert read(tmp_path, "a,b\n").frame.shape == (0, 2)


def test_the_header_is_not_in_the_first_row(tmp_path):
    (problem,) = problems(tmp_path, "\na,b\n1,2\n")
    assert problem.row == 1


@pytest.mark.parametrize(
    "data",
    [
        b'a,b\n1,2\n3,"four\n5,6\n',
        b'a,b\n1,2\n3,"four\n5,"six"\n7,8\n',
        b'a,b\n1,2\n3,"four" and\n5,6\n',
        b'a,b\n"1\n1",2\n3,"four',
    ],
)
def test_a_quote_that_never_closes_names_the_row_where_it_opens(tmp_path, data):
    (problem,) = problems(tmp_path, data)
    assert problem.row == 3
    assert problem.value is not None
    assert problem.value.startswith('3,"four')


def test_an_open_quote_in_a_large_file_names_its_row(tmp_path):
    (problem,) = problems(tmp_path, "a,b\n" + "1,2\n" * 5 + '3,"4\n' + "5,6\n" * 100_000)
    assert problem.row == 7


def test_a_quote_within_a_cell_is_text(tmp_path):
    assert read(tmp_path, 'a,b\n1,5" pipe\n\n2,x\n').frame.rows() == [("1", '5" pipe'), ("2", "x")]


def test_each_ragged_row_is_named_with_its_cells(tmp_path):
    short, long = problems(tmp_path, 'a,b\n"x\ny",1\n2\n\n3,4,5\n6,7,\n')
    assert (short.row, long.row) == (3, 5)
    assert "has 2 cells, this row 1" in short.message
    assert "has 2 cells, this row 3" in long.message


def test_another_encoding_names_the_row_and_shows_the_text(tmp_path):
    (problem,) = problems(tmp_path, 'name,b\n"two\nlines",1\nMúsica,2\n'.encode("cp1252"))
    assert problem.row == 3
    assert problem.value == "Música,2"
    assert "UTF-8" in problem.remedy


NUL_TABLE = pl.DataFrame({"a": ["x\ny", "2", None, "3"], "b": ["1", "two\0", None, "\0"]})


@pytest.mark.parametrize("name", ["table.csv", "table.parquet"])
def test_text_with_a_nul_is_refused_by_row_and_column(tmp_path, name):
    path = tmp_path / name
    NUL_TABLE.write_csv(path) if path.suffix == ".csv" else NUL_TABLE.write_parquet(path)
    with pytest.raises(ProblemsError) as caught:
        read_table(path)
    assert [(one.row, one.column, one.value) for one in caught.value.problems] == [
        (3, "b", "two\ufffd"),
        (5, "b", "\ufffd"),
    ]


def test_a_nul_in_the_header_is_told_before_all_others(tmp_path):
    found = problems(tmp_path, "a\0,b\n1,\0\n" + "2,\0\n" * 1000)
    assert [(one.row, one.column) for one in found] == [(1, "a")]


def test_a_nul_comes_before_what_else_is_wrong_with_rows(tmp_path):
    (problem,) = problems(tmp_path, "a,b\n1,2,\0\n3\n")
    assert (problem.row, problem.column, problem.value) == (2, "3", "\ufffd")


def test_a_nul_in_what_is_shown_of_a_row_is_replaced(tmp_path):
    (problem,) = problems(tmp_path, 'a,b\n1,"\0\n')
    assert problem.value == '1,"\ufffd'


def test_nul_after_nul_is_told_of_the_first_rows(tmp_path):
    assert len(problems(tmp_path, "a,b\n" + "2,\0\n" * 1000)) == 100


def test_column_names_must_be_there_and_differ(tmp_path):
    found = problems(tmp_path, "a,a,\n1,2,3\n")
    assert {problem.column for problem in found} == {"a", None}


def test_an_empty_column_without_a_name_is_left_out(tmp_path):
    assert read(tmp_path, '"a","b",\n"1","2",\n').frame.columns == ["a", "b"]


def test_a_huge_cell_is_read(tmp_path):
    for other in ("", '\n2,5" pipe'):
        table = read(tmp_path, f'a,b\n1,"{"x" * 300_000}"{other}\n')
        assert len(table.frame["b"][0]) == 300_000


def test_200_000_rows_are_read_as_the_csv_module_reads_them(tmp_path):
    data = "id,name,grades\n" + "".join(f'{number},"School, ""{number}""",K;1\n' for number in range(200_000))
    table = read(tmp_path, data)
    assert table.frame.rows() == [tuple(row) for row in csv.reader(io.StringIO(data))][1:]
    assert table.rows[-1] == 200_001


def test_files_that_cannot_be_opened(tmp_path):
    for name in ("absent.csv", "absent.xlsx", "absent.parquet", "old.xls"):
        with pytest.raises(ProblemsError) as caught:
            read_table(tmp_path / name)
        assert caught.value.problems[0].file == name


def test_a_workbook_reads_like_the_csv_file_of_its_values(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["id", "day", "moment", "time", "count", "share", "flag", "formula"])
    workbook.active.append(
        ["1", date(2022, 9, 1), datetime.fromisoformat("2022-09-01"), time(15, 30), 5.0, 0.25, True, "=1+1"]
    )
    workbook.active.append([None] * 8)
    workbook.active.append(["2"])
    workbook.create_sheet("second").append(["a"])
    path = tmp_path / "book.xlsx"
    workbook.save(path)
    table = read_table(path)
    assert table.frame.row(0) == ("1", "2022-09-01", "2022-09-01", "15:30", "5", "0.25", "true", "=1+1")
    assert table.frame["id"].to_list() == ["1", "2"]
    assert table.rows.to_list() == [2, 4]
    assert read_table(path, sheet="second").frame.columns == ["a"]
    with pytest.raises(ProblemsError, match="second"):
        read_table(path, sheet="third")


def test_parquet_reads_like_the_csv_file_of_its_values(tmp_path):
    frame = pl.DataFrame(
        {
            "id": ["1", None, "3"],
            "day": [date(2022, 9, 1), None, None],
            "time": [time(15, 30), None, None],
            "count": [5.0, None, 0.5],
            "flag": [True, None, False],
            "list": [["a", "b"], None, []],
        }
    )
    frame.write_parquet(tmp_path / "table.parquet")
    table = read_table(tmp_path / "table.parquet")
    assert table.frame.row(0) == ("1", "2022-09-01", "15:30", "5", "true", "a;b")
    assert table.rows.to_list() == [2, 4]


def test_a_parquet_column_without_a_text_form_is_a_problem(tmp_path):
    pl.DataFrame({"a": [{"b": 1}]}).write_parquet(tmp_path / "table.parquet")
    with pytest.raises(ProblemsError) as caught:
        read_table(tmp_path / "table.parquet")
    assert caught.value.problems[0].column == "a"

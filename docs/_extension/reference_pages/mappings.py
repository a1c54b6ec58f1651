"""The language in which a mapping says how an export becomes tables of the city folder."""

import inspect

from allcity.formats import mapping
from allcity.formats.convert import CONVERTERS
from reference_pages import markdown
from reference_pages.markdown import code, codes, prose, table
from reference_pages.models import model

_PARTS = {
    "A mapping file": mapping.ExportMapping,
    "`[source]`": mapping.Source,
    "`[[file]]`": mapping.File,
    "`join` of a file": mapping.Join,
    "`[[table]]`": mapping.TableMapping,
    "A column": mapping.ColumnMapping,
    "`[[table.leave_out]]`": mapping.LeaveOut,
    "`[[table.unknown]]`": mapping.Unknown,
    "A condition of `when`": mapping.Condition,
    "`[shapes]`": mapping.Shapes,
}


def page() -> str:
    return markdown.page(
        "The mapping language",
        "A mapping is a TOML file that says how exports, with their own column names, become tables of "
        "[the city folder](city-folder.md). [Import your own export](../../how-to/import.md) shows how to make one; "
        "`examples/` in the source holds whole ones.",
        f"{codes(mapping.AUTOMATIC)} need not be mapped: they are filled from the file and the source where a mapping "
        "does not name them. Cells are trimmed before anything else, and an empty cell stays empty.",
        *(f"## {title}\n\n{model(of)}" for title, of in _PARTS.items()),
        "## Converters\n\nA column's kind chooses its converter; `convert` names another one. What a converter cannot "
        "read is left empty and reported.",
        table(("Converter", "Reads", "Fills columns of the kind", "Needs `part`"), map(_converter, CONVERTERS)),
    )


def _converter(name: str) -> tuple[str, str, str, str]:
    one = CONVERTERS[name]
    return code(name), prose(inspect.getdoc(one.read) or ""), codes(one.kinds), codes(one.parts)

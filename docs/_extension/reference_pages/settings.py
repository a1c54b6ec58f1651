"""Every setting of an installation."""

from collections.abc import Mapping
from typing import Any

from allcity.site.environment import Environment, variable
from reference_pages import markdown
from reference_pages.markdown import code, codes, prose, table

_KINDS = {"boolean": "`true` or `false`", "integer": "a whole number", "array": "a list, as JSON", "string": "text"}


def page() -> str:
    schema = Environment.model_json_schema(by_alias=False)["properties"]
    return markdown.page(
        "Settings",
        "`allcity serve` is set up by variables of the environment. An empty one counts as left out. While people rely on "
        "an installation, which is so unless `ALLCITY_PRODUCTION` is `false`, it does not start before each of its settings "
        "is safe, and says which is not.",
        table(
            ("Variable", "Takes", "If left out", "Meaning"),
            (
                (code(variable(name)), _takes(field), _default(field.get("default")), prose(field["description"]))
                for name, field in schema.items()
            ),
        ),
        "`DATABASE_URL` is written as `postgres://user:password@host:5432/name`. The folder of data also holds the static "
        "files, which are gathered anew when they change, and is to be backed up with the database.",
    )


def _takes(field: Mapping[str, Any]) -> str:
    if "enum" in field:
        return codes(field["enum"])
    bounds = f", {field['minimum']} to {field['maximum']}" if "maximum" in field else ""
    return ("a folder" if field.get("format") == "path" else _KINDS[field["type"]]) + bounds


def _default(value: object) -> str:
    match value:
        case "" | [] | None:
            return ""
        case bool():
            return code(str(value).lower())
        case _:
            return code(value)

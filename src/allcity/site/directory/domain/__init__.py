"""What is done to the directory."""

from allcity.site.directory.domain.archiving import archive_record, restore_record
from allcity.site.directory.domain.asking import ask_everybody, read_token
from allcity.site.directory.domain.editing import (
    EditConflictError,
    add_location,
    add_offering,
    add_organization,
    add_program,
    change_record,
    confirm,
    free_key,
    free_name,
    repeat_offering,
    restore_version,
    source_of_people,
    without_what_others_changed,
)
from allcity.site.directory.domain.merging import keep_apart, merge_records, undo_merge

__all__ = [
    "EditConflictError",
    "add_location",
    "add_offering",
    "add_organization",
    "add_program",
    "archive_record",
    "ask_everybody",
    "change_record",
    "confirm",
    "free_key",
    "free_name",
    "keep_apart",
    "merge_records",
    "read_token",
    "repeat_offering",
    "restore_record",
    "restore_version",
    "source_of_people",
    "undo_merge",
    "without_what_others_changed",
]

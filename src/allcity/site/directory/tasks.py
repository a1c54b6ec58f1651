"""What the directory has done in the background."""

from django_tasks import task

from allcity.site.directory.domain import ask_everybody


@task()
def ask_what_is_still_true() -> None:
    """Ask those whose records grow old; nobody more often than once in four weeks, however often this is done."""
    ask_everybody()

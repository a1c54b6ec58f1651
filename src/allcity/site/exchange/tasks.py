"""What is done in the background: working out imports, carrying them out, taking them back, and clearing up."""

from django_tasks import task

from allcity.site.accounts.models import User
from allcity.site.exchange.models import Import


@task()
def check_import(import_id: int) -> None:
    """Work out what an import would change."""
    from allcity.site.exchange.workflow import check  # which asks for these tasks

    for record in Import.objects.filter(pk=import_id, state=Import.State.CHECKING):
        check(record=record)


@task()
def run_import(import_id: int) -> None:
    """Carry an import out."""
    from allcity.site.exchange.workflow import run  # which asks for these tasks

    for record in Import.objects.filter(pk=import_id, state=Import.State.RUNNING):
        run(record=record)


@task()
def take_back_import(import_id: int, user_id: int) -> None:
    """Take an import back."""
    from allcity.site.exchange.workflow import take_back  # which asks for these tasks

    for record in Import.objects.filter(pk=import_id, state=Import.State.UNDOING):
        take_back(record=record, user=User.objects.filter(pk=user_id).first())


@task()
def clear_up_imports() -> None:
    """Let go of imports whose work was cut off, and remove files after a month."""
    from allcity.site.exchange.workflow import forget_old_files, recover_stuck  # which asks for these tasks

    recover_stuck()
    forget_old_files()

"""The way of an import: files are added, it is tried out, confirmed, carried out in the background, and may be taken back.

Each step moves the import from one state to the next in one statement, so that whoever comes second is refused.
Sentences are marked here and told in the language of whoever reads them, since the work is done in the background.
"""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from allcity.declaration import CityFileError
from allcity.formats.mapping import parse_mapping
from allcity.formats.problems import ProblemsError
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.exchange import tasks
from allcity.site.exchange.account import SHOWN, account_of, problem_rows, rows_of_error
from allcity.site.exchange.bringing import NotReadyError, bring
from allcity.site.exchange.contents import MATCHED, contents_of
from allcity.site.exchange.domain import put, undo_import
from allcity.site.exchange.files import PROBLEMS_FILE, forget, keep, mappings_of, place_of, remove
from allcity.site.exchange.models import Import

log = logging.getLogger(__name__)
KEEP_DAYS = 30
STUCK_AFTER = timedelta(minutes=15)
ATTEMPTS = 3
"""How often an import is worked out anew because somebody changed the city meanwhile."""
State = Import.State
GONE_ON = _("This import has gone on meanwhile. Look at it again.")


class NotNowError(ValueError):
    """A step that cannot be taken now, with the reason and the next step in words."""


def start_import(*, city: City, user: User) -> Import:
    """Begin an import, without any file yet."""
    today = timezone.localdate().isoformat()
    return Import.objects.create(
        city=city,
        public_id=uuid4(),
        kind=Import.Kind.EXPORTS,
        user=user,
        title=gettext("Import of %(day)s") % {"day": today},
    )


def add_files(*, record: Import, uploads: Iterable[UploadedFile]) -> tuple[list[str], list[str]]:
    """Add uploaded files. Which were kept, and in words why others were not. Raises `NotNowError`."""
    _reopen(record)
    return keep(record, uploads)


def remove_file(*, record: Import, name: str) -> None:
    """Take a file away. Raises `NotNowError`."""
    _reopen(record)
    remove(record, name)


def save_mapping(*, record: Import, name: str, text: str) -> None:
    """Keep a mapping made for a file, in place of the one that was there.

    Raises:
        MappingError: it cannot be used; it names every problem there is.
        NotNowError: the import has gone on meanwhile.
    """
    parse_mapping(text, file_name=name)
    _reopen(record)
    (mappings_of(record) / f"{name}{MATCHED}").write_text(text, encoding="utf-8")


def check_open(*, record: Import) -> None:
    """Raise `NotNowError` where neither files nor the matching of their columns can be changed any more."""
    if not record.is_open:
        raise NotNowError(GONE_ON)


def try_out(*, record: Import) -> None:
    """Have it worked out in the background what the import would change. Raises `NotNowError`."""
    contents = contents_of(record)
    if not contents.is_ready:
        raise NotNowError(_("The files are not complete yet."))
    with transaction.atomic():
        _move(record, (State.DRAFT, State.CHECKED, State.FAILED), State.CHECKING, kind=contents.kind)
        tasks.check_import.enqueue(record.pk)


def confirm(*, record: Import) -> None:
    """Have the import carried out in the background. Raises `NotNowError`: another import of the city is at work."""
    with transaction.atomic():
        _move_alone(record, (State.CHECKED,), State.RUNNING)
        tasks.run_import.enqueue(record.pk)


def ask_undo(*, record: Import, user: User) -> None:
    """Have the import taken back in the background. Raises `NotNowError`: another import of the city is at work."""
    with transaction.atomic():
        _move_alone(record, (State.DONE,), State.UNDOING)
        tasks.take_back_import.enqueue(record.pk, user.pk)


def discard(*, record: Import) -> None:
    """Forget an import that has not been carried out. Raises `NotNowError`."""
    _move(record, (State.DRAFT, State.CHECKED, State.FAILED), State.DRAFT)
    forget(record)
    record.delete()


# --- what is done in the background


def check(*, record: Import) -> None:
    """Work out what the import would change, and keep the account of it."""
    with _told(record, State.CHECKING):
        brought = bring(record, progress=_progress(record))
        account = account_of(brought.changes, read=brought.read, left_out=brought.left_out)
        account |= {
            "data_version": brought.data_version,
            "settings": brought.settings_text not in (None, record.city.settings_text),
        }
        problems = problem_rows(place for entry in brought.left_out for place in entry.places)
        _keep_problems(record, problems)
        _move(record, (State.CHECKING,), State.CHECKED, account=account, problems=problems[:SHOWN])


def run(*, record: Import) -> None:
    """Carry the import out: all of it, or nothing."""
    with _told(record, State.RUNNING):
        for attempt in range(ATTEMPTS):
            brought = bring(record, progress=_progress(record))
            with transaction.atomic():
                city = City.objects.select_for_update().get(pk=record.city_id)
                if city.data_version != brought.data_version and attempt < ATTEMPTS - 1:
                    continue
                if city.data_version != brought.data_version:
                    raise NotNowError(_("The city was changed again and again meanwhile. Try it again later."))
                # Nobody has given the import up in the meantime; whoever does from now on waits for the end.
                _move(record, (State.RUNNING,), State.RUNNING, step="writing")
                record.city = city
                record.account |= account_of(brought.changes, read=brought.read, left_out=brought.left_out)
                put(
                    record,
                    found=brought.found,
                    changes=brought.changes,
                    settings_text=brought.settings_text,
                    boundary=brought.boundary,
                    backdrop=brought.backdrop,
                )
            return


def take_back(*, record: Import, user: User | None) -> None:
    """Take the import back, and note what stays because somebody has changed it since."""
    try:
        with transaction.atomic():
            _move(record, (State.UNDOING,), State.UNDOING, step="writing")
            stays = undo_import(record=record, user=user)
            record.account |= {"stays": [[one.table, _words(one.key), one.column] for one in stays]}
            record.save(update_fields=["account"])
    except Exception:
        log.exception("Import %s could not be taken back.", record.pk)
        failure = _("It could not be taken back, and nothing was changed. Please tell whoever runs this site.")
        Import.objects.filter(pk=record.pk, state=State.UNDOING).update(state=State.DONE, failure=failure)


def recover_stuck() -> int:
    """Let go of imports whose work was cut off, by a restart for instance; nothing of theirs has been written."""
    stuck = Import.objects.filter(touched_at__lt=timezone.now() - STUCK_AFTER)
    failure = _("The work was interrupted, and nothing was changed. Try it again.")
    number = stuck.filter(state__in=(State.CHECKING, State.RUNNING)).update(state=State.FAILED, failure=failure)
    return number + stuck.filter(state=State.UNDOING).update(state=State.DONE, failure=failure)


def forget_old_files() -> None:
    """Remove the files of imports that nobody has touched for a month; what an import changed can still be taken back."""
    for record in Import.objects.filter(touched_at__lt=timezone.now() - timedelta(days=KEEP_DAYS)).defer("changes"):
        forget(record)
        if record.state in (State.CHECKED, State.FAILED):
            Import.objects.filter(pk=record.pk, state=record.state).update(state=State.DRAFT, failure="")


@contextmanager
def _told(record: Import, state: Import.State) -> Iterator[None]:
    """Whatever goes wrong is told in a sentence with the next step, and nothing has been written."""
    try:
        yield
    except (ProblemsError, CityFileError) as error:
        problems = rows_of_error(error)
        _keep_problems(record, problems)
        _fail(
            record, state, _("The files have problems. Correct them, or take the file away, and try again."), problems
        )
    except NotReadyError:
        _fail(record, state, _("The files are not complete any more. Look at them again."))
    except NotNowError as error:
        _fail(record, state, str(error))
    except Exception:
        log.exception("Import %s failed.", record.pk)
        _fail(
            record,
            state,
            _("Something went wrong that is not your fault. Try it again; if it stays, tell whoever runs this site."),
        )


def _fail(record: Import, state: Import.State, failure: str, problems: list[dict[str, Any]] | None = None) -> None:
    Import.objects.filter(pk=record.pk, state=state).update(
        state=State.FAILED, failure=failure, problems=(problems or [])[:SHOWN], touched_at=timezone.now()
    )


def _keep_problems(record: Import, problems: list[dict[str, Any]]) -> None:
    (place_of(record) / PROBLEMS_FILE).write_text(json.dumps(problems), encoding="utf-8")


def _progress(record: Import) -> Callable[[str, int, int], None]:
    """Note how far it is, not more often than somebody could see it."""
    last = 0.0

    def progress(step: str, done: int, steps: int) -> None:
        nonlocal last
        if monotonic() - last > 0.5:
            last = monotonic()
            Import.objects.filter(pk=record.pk).update(
                step=step[:300], steps_done=done, steps=steps, touched_at=timezone.now()
            )

    return progress


def _reopen(record: Import) -> None:
    _move(record, (State.DRAFT, State.CHECKED, State.FAILED), State.DRAFT, failure="", problems=[])


def _move(record: Import, before: tuple[Import.State, ...], after: Import.State, **values: Any) -> None:
    """Move the import to a state, if it is in one of those before. Raises `NotNowError`."""
    values |= {"state": after, "touched_at": timezone.now()}
    if not Import.objects.filter(pk=record.pk, state__in=before).update(**values):
        raise NotNowError(GONE_ON)
    for name, value in values.items():
        setattr(record, name, value)


def _move_alone(record: Import, before: tuple[Import.State, ...], after: Import.State) -> None:
    """Move the import to a state in which one import of a city alone can be. Raises `NotNowError`."""
    recover_stuck()
    try:
        with transaction.atomic():
            _move(record, before, after, step="", steps_done=0, steps=0, failure="")
    except IntegrityError as error:
        raise NotNowError(
            _("Another import of this city is at work. Nothing was changed; try again when it is done.")
        ) from error


def _words(key: tuple[Any, ...]) -> str:
    return ", ".join(str(part) for part in key)

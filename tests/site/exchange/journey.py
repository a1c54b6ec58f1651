"""What a coordinator does in the browser to import files."""

from collections.abc import Iterable
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.exchange.models import Import

Files = dict[str, bytes]


def files_of(*folders: Path) -> Files:
    return {path.name: path.read_bytes() for folder in folders for path in sorted(folder.iterdir()) if path.is_file()}


def begun(client: Client, city: City) -> Import:
    answer = client.post(reverse("city:imports", args=[city.slug]))
    assert answer.status_code == 302
    return Import.objects.of(city).latest("pk")


def sent(client: Client, record: Import, files: Files) -> str:
    """Send files, and give the page that comes back."""
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return page(go(client, record, "import-upload", files=uploads, whole="1"))


def go(client: Client, record: Import, step: str, *args: str, **values: object) -> HttpResponse:
    url = reverse(f"city:{step}", args=[record.city.slug, record.public_id, *args])
    return client.post(url, values, follow=True)


def look(client: Client, record: Import, step: str = "import", *args: str) -> str:
    return page(client.get(reverse(f"city:{step}", args=[record.city.slug, record.public_id, *args])))


def page(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def imported(client: Client, city: City, files: Files) -> Import:
    """Begin, send, try out and bring in; each step has to succeed."""
    record = begun(client, city)
    sent(client, record, files)
    for step, state in (("import-try", Import.State.CHECKED), ("import-confirm", Import.State.DONE)):
        go(client, record, step)
        record.refresh_from_db()
        assert record.state == state, (record.failure, record.problems)
    return record


def states(records: Iterable[Import]) -> list[str]:
    return [Import.objects.get(pk=record.pk).state for record in records]

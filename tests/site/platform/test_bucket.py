"""Files in a bucket: kept from everybody, read in parts, and never written over. Run by `tests/with-s3`."""

from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

pytestmark = pytest.mark.skipif(
    not settings.ENVIRONMENT.s3_bucket, reason="needs a storage that speaks S3: tests/with-s3 starts one and calls this"
)
LONG = bytes(range(256)) * 8192


@pytest.fixture
def sent(monkeypatch):
    """How many bytes the storage sends of files, counted as they are asked for."""
    counted = []
    client = type(default_storage.connection.meta.client)
    asked = client._make_api_call

    def counting(self, operation, values):
        answer = asked(self, operation, values)
        if operation == "GetObject":
            counted.append(answer["ContentLength"])
        return answer

    monkeypatch.setattr(client, "_make_api_call", counting)
    return counted


def test_a_part_is_read_without_the_whole(sent):
    name = default_storage.save("videos/long.mp4", ContentFile(LONG))
    with default_storage.open(name) as file:
        assert (file.size, sent) == (len(LONG), [])
        file.seek(len(LONG) - 1000)
        assert file.read(300) == LONG[-1000:-700]
        assert sent == [1000]
        assert file.read() == LONG[-700:]
    with default_storage.open(name) as file:
        assert b"".join(file.chunks()) == LONG


def test_what_is_not_there_is_said_at_once_and_nothing_is_written_by_opening():
    with pytest.raises(FileNotFoundError):
        default_storage.open("videos/none.mp4")
    with pytest.raises(ValueError, match="to be read"):
        default_storage.open("videos/none.mp4", "wb")


def test_nobody_but_the_site_reads_a_file_and_none_takes_the_place_of_another():
    first, second = (default_storage.save("consents/one.pdf", ContentFile(content)) for content in (b"1", b"2"))
    assert first != second
    with default_storage.open(first) as file:
        assert file.read() == b"1"
    given = settings.ENVIRONMENT
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{given.s3_endpoint}/{given.s3_bucket}/{first}")
    assert refused.value.code in (400, 401, 403)  # Swift takes an address without a signature for none of S3
    acl = default_storage.connection.meta.client.get_object_acl(Bucket=given.s3_bucket, Key=first)
    assert not [grant for grant in acl["Grants"] if grant["Grantee"].get("URI")]

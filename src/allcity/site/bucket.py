"""Files kept in a bucket of a storage that speaks the language of Amazon's S3, of whatever maker."""

from typing import Any

import smart_open.s3
from django.core.files.base import File
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """The bucket's files, read where they lie, piece by piece.

    The class that it comes from fetches a file whole before the first byte of it is read, which is too slow
    for a player that asks for a second of a long video.
    """

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        """A file to be read. Raises `FileNotFoundError` where there is none; nothing is written this way."""
        if mode != "rb":
            raise ValueError(f"A file of the bucket is opened to be read, not with mode {mode!r}.")
        if not self.exists(name):
            raise FileNotFoundError(name)
        key = self._normalize_name(name)
        content = smart_open.s3.open(self.bucket_name, key, mode, client=self.connection.meta.client, defer_seek=True)
        return Read(content, name, storage=self)


class Read(File[Any]):
    """A file that is open to be read, and knows its size without being read."""

    def __init__(self, content: Any, name: str, *, storage: Bucket) -> None:
        super().__init__(content, name)
        self.storage = storage

    @property
    def size(self) -> int:
        """Its size, in bytes."""
        return int(self.storage.size(self.name))

"""The site's settings in tests: nothing leaves the process, and nothing is done for speed's sake that changes what is seen."""

import os
import tempfile
from pathlib import Path

# The environment of whoever runs the tests does not count, apart from the database and the bucket for files.
for _name in [name for name in os.environ if name.startswith("ALLCITY_") and not name.startswith("ALLCITY_S3_")]:
    del os.environ[_name]
PLACE = Path(tempfile.gettempdir()) / f"allcity-tests-{os.getuid()}"
PLACE.mkdir(mode=0o700, exist_ok=True)
os.environ["ALLCITY_PRODUCTION"] = "false"
os.environ["ALLCITY_DATA"] = tempfile.mkdtemp(dir=PLACE)

from allcity.site.settings import *  # noqa: E402, F403 - the environment comes first
from allcity.site.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402 - the environment comes first

STATIC_ROOT.mkdir()
SECRET_KEY = "for-tests-alone-" * 4
TASKS = {"default": {"BACKEND": "tests.site.tasks.AtOnce"}}
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(PLACE / "allcity.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"

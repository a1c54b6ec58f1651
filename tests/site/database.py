"""A migrated database for each process of a test run. Migrating takes most of a minute, copying takes nothing."""

import fcntl
import shutil
from collections.abc import Iterable
from hashlib import sha256
from importlib import import_module
from inspect import getsource
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

Node = tuple[str, str]
_creation: Any = connection.creation
_template = _creation._get_test_db_name()


def copied(name: str, *, place: Path, serialize: bool) -> None:
    """Give this process a copy of the template that the migrations as they are now make, made first where it is not there."""
    loader = MigrationLoader(None)
    everything = loader.graph.leaf_nodes()
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = _named(loader, everything)
        if connection.vendor == "sqlite" and not Path(template).exists():
            foundation = _foundation(loader, [node for node in everything if node[0] not in settings.FEATURES])
            shutil.copy(foundation, template)
        connection.settings_dict["TEST"]["NAME"] = template
        _creation.create_test_db(verbosity=0, autoclobber=True, serialize=serialize, keepdb=True)
        connection.close()
        _creation.clone_test_db(name, verbosity=0, autoclobber=True)
    connection.settings_dict["NAME"] = _creation.get_test_db_clone_settings(name)["NAME"]


def removed(name: str) -> None:
    """Remove the copy."""
    copy, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.close()
    _creation._destroy_test_db(copy, verbosity=0)


def _foundation(loader: MigrationLoader, nodes: list[Node]) -> str:
    """A database with the tables of others, which change seldom and take longest."""
    name = _named(loader, nodes)
    if not Path(name).exists():
        connection.settings_dict["NAME"] = f"{name}.new"
        Path(f"{name}.new").unlink(missing_ok=True)
        MigrationExecutor(connection).migrate(nodes)
        connection.close()
        Path(f"{name}.new").rename(name)
    return name


def _named(loader: MigrationLoader, nodes: Iterable[Node]) -> str:
    """The name of the template that holds these migrations and what they need, with a mark of what they say."""
    plan = sorted({needed for node in nodes for needed in loader.graph.forwards_plan(node)})
    said = "".join(getsource(import_module(loader.graph.nodes[node].__module__)) for node in plan)
    path = Path(_template)
    return str(path.with_name(f"{path.stem}_{sha256(said.encode()).hexdigest()[:12]}{path.suffix}"))

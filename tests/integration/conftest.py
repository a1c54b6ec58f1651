"""The command line in this process, where an error that nobody foresaw, or a warning, fails the test."""

import pytest
from tests.factories.command import Run, Said

from allcity.cli import main


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command and give what it said, on a terminal wide enough for every sentence."""
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object) -> Said:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Said(int(stop.value.code or 0), said.out, said.err)

    return command

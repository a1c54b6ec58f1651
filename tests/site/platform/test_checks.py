"""An installation that people rely on does not start while a setting is unsafe, and says which."""

from pathlib import Path

import pytest

from allcity.site.checks import unsafe
from allcity.site.environment import Environment, variable

SAFE = {
    "production": True,
    "secret_key": "qX3mVt8LpZr5Wd1NcYb7HsKf2GjRv9Ta4EuCo6BiDl0PnMxQzSwJy",
    "hosts": ("music.example.org",),
    "address": "https://music.example.org",
    "behind_proxy": True,
    "mail_host": "mail.example.org",
    "mail_from": "Allcity <music@example.org>",
}
REPORTS_WITH = "carrier:a-long-and-random-password"


def given(**settings: object) -> Environment:
    return Environment.model_validate(
        {(variable(name) if name == "database_url" else name): value for name, value in (SAFE | settings).items()}
    )


def test_safe_settings_are_let_pass() -> None:
    assert unsafe(given()) == []
    assert unsafe(given(mail_provider="postmark", mail_webhook_secret=REPORTS_WITH)) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("demo", True),
        ("secret_key", ""),
        ("secret_key", "secret" * 5),
        ("secret_key", "a" * 60),
        ("hosts", ()),
        ("hosts", ("*", "music.example.org")),
        ("hosts", (".example.org", "music.example.org")),
        ("address", "http://music.example.org"),
        ("address", "https://elsewhere.example.org"),
        ("behind_proxy", False),
        ("mail_host", ""),
        ("mail_from", ""),
        ("mail_encryption", "none"),
        ("mail_webhook_secret", ""),
        ("mail_webhook_secret", "carrier:short"),
        ("mail_webhook_secret", "a-long-and-random-password-alone"),
        ("mail_webhook_key", ""),
        ("oidc_server_url", "http://district.example.org"),
        ("s3_endpoint", "http://files.example.org"),
    ],
)
def test_an_unsafe_setting_is_named(name: str, value: object) -> None:
    more = {"mail_password": "of-the-mail-server"} if name == "mail_encryption" else {}
    if name.startswith("mail_webhook"):
        more = {"mail_provider": "mailgun", "mail_webhook_key": "key", "mail_webhook_secret": REPORTS_WITH}
        del more[name]
    said = unsafe(given(**{name: value}, **more))
    assert said
    assert all(variable(name) in sentence for sentence in said)
    assert unsafe(given(production=False, **{name: value}, **more)) == []


def test_a_folder_that_others_may_enter_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (said,) = unsafe(given(data=tmp_path))
    assert str(tmp_path) in said
    tmp_path.chmod(0o750)
    assert unsafe(given(data=tmp_path)) == []

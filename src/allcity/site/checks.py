"""What makes an installation unsafe for those who rely on it. It does not start before all of it is mended."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from allcity.site.environment import Environment, variable

SECRET_LENGTH = 50
WEBHOOK_PASSWORD_LENGTH = 20


def unsafe(environment: Environment) -> list[str]:
    """What has to be mended before people may rely on the installation, in sentences; nothing where nobody does."""
    return list(_unsafe(environment)) if environment.production else []


def _unsafe(environment: Environment) -> Iterator[str]:
    address = urlsplit(environment.address)
    if environment.demo:
        yield f"{variable('demo')} is on, which lets everybody sign in as anybody."
    if len(environment.secret_key) < SECRET_LENGTH or len(set(environment.secret_key)) < 10:
        yield f"{variable('secret_key')} is not a random text of {SECRET_LENGTH} characters or more."
    if not environment.hosts or any(host.startswith(("*", ".")) for host in environment.hosts):
        yield f"{variable('hosts')} does not name each host under which the site is reached."
    if address.scheme != "https":
        yield f"{variable('address')} does not begin with https://."
    elif address.hostname not in environment.hosts:
        yield f"The host of {variable('address')} is not in {variable('hosts')}."
    if not environment.behind_proxy:
        yield (
            f"{variable('behind_proxy')} is off. Allcity speaks plain http: put a server before it that speaks https and "
            "sets X-Forwarded-Proto and X-Forwarded-For."
        )
    if not environment.mail_host or "@" not in environment.mail_from:
        yield f"{variable('mail_host')} and {variable('mail_from')} are needed, since people sign in by mail."
    if environment.mail_password and environment.mail_encryption == "none":
        yield f"{variable('mail_encryption')} is none, which sends {variable('mail_password')} in the clear."
    name, _colon, password = environment.mail_webhook_secret.partition(":")
    if environment.mail_provider and not (name and len(password) >= WEBHOOK_PASSWORD_LENGTH):
        yield (
            f"{variable('mail_webhook_secret')} is not a name, a colon and a random password of "
            f"{WEBHOOK_PASSWORD_LENGTH} characters or more, which the service that {variable('mail_provider')} names needs."
        )
    if environment.mail_provider == "mailgun" and not environment.mail_webhook_key:
        yield f"{variable('mail_webhook_key')} is missing, with which Mailgun signs what it reports."
    if environment.oidc_server_url and not environment.oidc_server_url.startswith("https://"):
        yield f"{variable('oidc_server_url')} does not begin with https://."
    if environment.s3_endpoint and not environment.s3_endpoint.startswith("https://"):
        yield f"{variable('s3_endpoint')} does not begin with https://."
    if environment.data.exists() and environment.data.stat().st_mode & 0o007:
        yield f"Everybody on this machine may enter {environment.data}, which {variable('data')} names: chmod o= it."

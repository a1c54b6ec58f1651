"""Settings of an installation, from its environment: each described, typed, and checked before the site starts."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """What an installation decides for itself. A field is read from the variable of its name, after `ALLCITY_`."""

    model_config = SettingsConfigDict(env_prefix="ALLCITY_", env_ignore_empty=True, frozen=True)

    production: bool = Field(
        True, description="Whether people rely on this installation. Unsafe settings then stop it."
    )
    demo: bool = Field(
        False, description="Whether it is a demonstration: accounts of every role, and no mail leaves it."
    )
    secret_key: str = Field("", description="A long random text that signs sessions and links. Keep it secret.")
    hosts: tuple[str, ...] = Field((), description='Names under which it is reached, as JSON: `["music.example.org"]`.')
    address: str = Field("http://localhost:8000", description="Its public address, for links in mail.")
    database_url: str = Field(
        "", validation_alias="DATABASE_URL", description="The database. Empty: SQLite in the folder of data."
    )
    behind_proxy: bool = Field(
        False,
        description="Whether a server in front speaks https and sets X-Forwarded-Proto and X-Forwarded-For, as production needs.",
    )
    mail_host: str = Field(
        "", description="The server that mail is sent through. Empty: mail is kept in the folder `mail` of the data."
    )
    mail_port: int = Field(587, description="Its port.", ge=1, le=65535)
    mail_user: str = Field("", description="The name to sign in with at that server, where it asks for one.")
    mail_password: str = Field("", description="The password for it.")
    mail_encryption: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the way to that server is kept private: `starttls`, `tls` from the first byte, or `none`.",
    )
    mail_from: str = Field("", description="Whom mail comes from: `Allcity <music@example.org>`.")
    mail_provider: Literal["", "mailgun", "postmark", "sendgrid"] = Field(
        "",
        description="The service behind that server, where it reports to the site which addresses mail comes back from: "
        "`mailgun`, `postmark` or `sendgrid`. Empty: nothing is reported.",
    )
    mail_webhook_secret: str = Field(
        "",
        description="The name and password with which it reports, as `name:password`. Without it no report is taken.",
    )
    mail_webhook_key: str = Field("", description="The key with which Mailgun signs what it reports.")
    s3_bucket: str = Field(
        "",
        description="The bucket that pictures, videos and other files are kept in, at Amazon's S3 or a storage that speaks "
        "as it does. Empty: in the folder `media` of the data.",
    )
    s3_endpoint: str = Field("", description="The address of that storage. Empty: Amazon's.")
    s3_region: str = Field("", description="The region of the bucket, where the storage has several.")
    s3_access_key: str = Field(
        "", description="The name of a key that may read and write in the bucket. Empty: what the machine itself may."
    )
    s3_secret_key: str = Field("", description="The secret of that key.")
    upload_megabytes: int = Field(40, description="How much may be sent to the site at once.", ge=1, le=4096)
    map_tiles: str = Field(
        "",
        description="The address of pictures to draw maps on: `https://tiles.example.org/{z}/{x}/{y}.png`. "
        "Empty: our own drawing alone, and readers' browsers ask no other host.",
    )
    map_attribution: str = Field("", description="Whom the terms of those pictures ask to name.")
    oidc_name: str = Field("", description="What single sign-on is called on the sign-in page: a district's name, say.")
    oidc_server_url: str = Field("", description="The OpenID Connect server that people may sign in with. Empty: none.")
    oidc_client_id: str = Field("", description="The name under which that server knows this site.")
    oidc_client_secret: str = Field("", description="The secret that the site shares with that server.")
    data: Path = Field(Path("data"), description="The folder that holds uploads and, with SQLite, the database.")


def variable(field: str) -> str:
    """The name of the variable that a field is read from."""
    alias = Environment.model_fields[field].validation_alias
    return str(alias or f"{Environment.model_config['env_prefix']}{field.upper()}")


def storage_of_files(environment: Environment) -> dict[str, Any]:
    """Where uploaded files are kept, as Django's setting `STORAGES` says it. A bucket's are for nobody but the site."""
    if not environment.s3_bucket:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options = {
        "bucket_name": environment.s3_bucket,
        "endpoint_url": environment.s3_endpoint or None,
        "region_name": environment.s3_region or None,
        "access_key": environment.s3_access_key or None,
        "secret_key": environment.s3_secret_key or None,
        "addressing_style": "path" if environment.s3_endpoint else "virtual",
        "signature_version": "s3v4",
        "default_acl": None,
        "file_overwrite": False,
    }
    return {"BACKEND": "allcity.site.bucket.Bucket", "OPTIONS": options}


@cache
def environment() -> Environment:
    """The environment of this process."""
    return Environment()

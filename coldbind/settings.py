"""Settings, from the environment: every name begins with COLDBIND_."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from coldbind.var_folder import VarFolder, var_folder
from wire.broker import parse_broker


class Settings(BaseSettings):
    """What this machine is told. Without a URL, Coldbind runs its own server below the var folder."""

    model_config = SettingsConfigDict(env_prefix="COLDBIND_", extra="ignore", frozen=True)

    database_url: SecretStr | None = None
    """postgresql://user:password@host:port/name"""
    mqtt_url: SecretStr | None = None
    """mqtt://user:password@host:port, or mqtts:// for TLS"""
    site: str = "site"
    """The site's name in MQTT topics."""
    gateway: str = "gateway"
    """The gateway's name in MQTT topics; each gateway of a site has its own."""
    udp_host: str = "127.0.0.1"
    """Where the gateway listens for devices."""
    udp_port: int = Field(default=5683, ge=0, le=65535)
    """Its UDP port; 0 takes any free one."""
    api_host: str = "127.0.0.1"
    """Where API and console listen."""
    api_port: int = Field(default=8080, ge=0, le=65535)
    """Their TCP port; 0 takes any free one."""
    ingest_client_id: str = "coldbind-ingest"
    """The MQTT session of this ingest; no two ingests share one."""
    var: Path | None = None
    """The folder for state; `var` in the checkout when not given."""
    postgres_binaries: Path | None = None
    """A folder with initdb and postgres (15 to 18), instead of the ones installed with Coldbind."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """Log lines for people or for machines; auto decides by whether a terminal reads them."""

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("write it as postgresql://user:password@host:port/name")
        return url

    @field_validator("mqtt_url")
    @classmethod
    def _is_mqtt(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            parse_broker(url.get_secret_value())
        return url


def state_folder(settings: Settings) -> VarFolder:
    """Where state is kept on this machine."""
    return VarFolder(settings.var.expanduser().absolute()) if settings.var else var_folder()


def spelled_out(error: ValidationError) -> list[str]:
    """One sentence for each variable that cannot be used; never its value, which may be a password."""
    return [
        f"COLDBIND_{'_'.join(str(part) for part in fault['loc']).upper()}: "
        + fault["msg"].removeprefix("Value error, ")
        for fault in error.errors()
    ]

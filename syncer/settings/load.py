"""Reads the configuration: strict TOML, unknown keys are an error that says what was probably meant."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from syncer.errors import ConfigError
from syncer.settings.options import OPTIONS, SECTIONS, Option, Settings
from syncer.settings.secret import Secret

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def load_settings(file: Path, environment: Mapping[str, str]) -> Settings:
    """The settings from ``file`` and ``environment``; a missing file gives the defaults.

    Raises:
        ConfigError: a value that cannot be meant; names the file or variable, the key and what is allowed.
    """
    table = _read(file)
    _reject_unknown(table, file)
    values: dict[str, dict[str, Any]] = {"": {}, **{name: {} for name in SECTIONS}}
    origins: dict[str, str] = {}
    for option in OPTIONS:
        place = table.get(option.section, {}) if option.section else table
        if environment.get(option.environment_name):
            text = environment[option.environment_name]
            values[option.section][option.key] = _from_text(option, text, f"${option.environment_name}")
            origins[option.dotted] = "environment"
        elif option.key in place:
            values[option.section][option.key] = _check(option, place[option.key], f"{file}: {option.dotted}")
            origins[option.dotted] = "file"
        else:
            origins[option.dotted] = "default"
    sections = {name: kind(**values[name]) for name, kind in SECTIONS.items()}
    top = values[""]
    return Settings(
        **top,
        **sections,
        zone=_zone(top.get("timezone", ""), environment.get("TZ", "")),
        origins=MappingProxyType(origins),
        file=file,
        file_found=file.is_file(),
    )


def sample(answers: Mapping[str, Any]) -> str:
    """A commented configuration file: every setting with its sentence; only those in ``answers`` are set."""
    lines = ["# syncer's settings. Flags beat environment variables beat this file beat the defaults.", ""]
    section = ""
    for option in OPTIONS:
        if option.section != section:
            section = option.section
            lines += [f"[{section}]"]
        value = answers.get(option.dotted, option.default)
        mark = "" if option.dotted in answers else "# "
        lines += [f"# {option.help}", f"{mark}{option.key} = {toml_value(value)}", ""]
    return "\n".join(lines)


def _read(file: Path) -> dict[str, Any]:
    try:
        # as a whole: read piece by piece, half a byte order mark would be no error
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
        hint = "make it a UTF-8 text file that you may read, then: syncer doctor"
        raise ConfigError("config-unreadable", f"cannot read {file}", why=why, hint=hint) from None
    try:
        return tomllib.loads(text)
    except RecursionError:
        why = "its values are nested too deeply"
    except ValueError as error:  # a number of thousands of digits is a bare one
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a number in it is far too long"
    raise ConfigError(
        "config-syntax", f"{file} is not valid TOML", why=why, hint="mend that line, then `syncer doctor`"
    )


def _reject_unknown(table: Mapping[str, Any], file: Path) -> None:
    known = {option.dotted for option in OPTIONS}
    given = []
    for key, value in table.items():
        if key in SECTIONS:
            if not isinstance(value, dict):
                hint = f"write [{key}] on a line of its own, and its keys below it; then: syncer doctor"
                raise ConfigError("config-type", f"{file}: [{key}] must be a table, not a value", hint=hint)
            given += [f"{key}.{inner}" for inner in value]
        else:
            given.append(key)
    for dotted in given:
        if dotted not in known:
            near = difflib.get_close_matches(dotted, [*known, *SECTIONS], n=1, cutoff=0.6)
            hint = f"did you mean '{near[0]}'?" if near else "docs/reference/configuration.md lists every key"
            why = ""
            if dotted in ("strava.access_token", "strava.refresh_token"):
                why = "the tokens of strava.com/settings/api have no permission to read activities"
                hint = "take it out, then: syncer auth strava"
            raise ConfigError("config-unknown-key", f"{file}: unknown key '{dotted}'", why=why, hint=hint)


def _from_text(option: Option, text: str, where: str) -> Any:
    """An environment variable's text as the option's own type."""
    if option.form == "secret":
        return Secret(value=text)
    if option.form == "secrets":
        return tuple(Secret(value=part) for part in text.split())
    kind = type(option.default)
    if kind is bool:
        if text.lower() not in ("1", "true", "yes", "on", "0", "false", "no", "off"):
            raise _wrong(where, text, "true or false")
        return text.lower() in ("1", "true", "yes", "on")
    if kind in (int, float):
        try:
            return _check(option, kind(text), where)
        except ValueError:
            raise _wrong(where, text, "a number") from None
    return _check(option, text, where)


def _check(option: Option, value: Any, where: str) -> Any:
    if option.form in ("secret", "secrets"):
        return _secret(option, value, where)
    kind = type(option.default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        try:
            value = float(value)
        except OverflowError:
            raise _wrong(where, "a number of hundreds of digits", "a number") from None
    if option.key == "client_id" and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if type(value) is not kind:
        raise _wrong(
            where,
            value,
            {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "a text in quotes"),
        )
    if option.choices and value not in option.choices:
        raise _wrong(where, value, " or ".join(option.choices))
    if option.low is not None and option.high is not None and not option.low <= value <= option.high:
        raise _wrong(where, value, f"between {option.low:g} and {option.high:g}")
    _FORMS.get(option.form, lambda _value, _where: None)(value, where)
    return value


def _secret(option: Option, value: Any, where: str) -> Any:
    if option.form == "secrets":
        if not isinstance(value, list):
            raise _wrong(where, "a single value", "a list")
        return tuple(_one_secret(item, where) for item in value)
    return _one_secret(value, where)


def _one_secret(value: Any, where: str) -> Secret:
    if isinstance(value, str):
        return Secret(value=value)
    if isinstance(value, dict) and len(value) == 1:
        (kind, inner), *_ = value.items()
        if kind == "env" and isinstance(inner, str) and inner:
            return Secret(env=inner)
        if kind == "file" and isinstance(inner, str) and inner:
            return Secret(file=inner)
        if kind == "command" and isinstance(inner, list) and inner and all(isinstance(word, str) for word in inner):
            return Secret(command=tuple(inner))
    # the value may be the secret itself, so it is not repeated
    raise ConfigError(
        "config-value",
        f"{where} must be a text, or one of {{env=…}}, {{file=…}}, {{command=[…]}}",
        hint="docs/reference/configuration.md shows how to write each of them",
    )


def _url(value: str, where: str) -> None:
    try:
        parts = urlsplit(value)
    except ValueError:  # https://[::1
        parts = urlsplit("")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in LOOPBACK:
        return
    raise _wrong(where, value, "an https address (plain http only to 127.0.0.1)")


def _time_of_day(value: str, where: str) -> None:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise _wrong(where, value, "a time like 03:30")


def _known_zone(value: str, where: str) -> None:
    if value:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError, RecursionError):  # each slash may be one import more
            raise _wrong(where, value, "a zone like Europe/Berlin") from None


_FORMS = {"url": _url, "time": _time_of_day, "zone": _known_zone}


def _zone(name: str, posix: str) -> tzinfo:
    """The zone of the settings; else that of ``$TZ``, as every other program takes it; else the system's."""
    if name:
        return ZoneInfo(name)
    try:
        if posix:
            return ZoneInfo(posix.removeprefix(":"))
        link = str(Path("/etc/localtime").resolve())
        if "zoneinfo/" in link:
            return ZoneInfo(link.split("zoneinfo/", 1)[1])
    except (OSError, ValueError, KeyError, RecursionError):
        pass
    here = datetime.now().astimezone().tzinfo
    assert here is not None  # noqa: S101  # astimezone() always sets one
    return here


def _wrong(where: str, value: object, wanted: str) -> ConfigError:
    return ConfigError(
        "config-value",
        f"{where} is {value!r}, which is not {wanted}",
        hint="docs/reference/configuration.md lists every key",
    )


def toml_value(value: Any) -> str:
    """A setting's value as TOML text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, Secret):
        if value.command:
            return "{command = [" + ", ".join(toml_value(word) for word in value.command) + "]}"
        if value.env or value.file:
            return "{env = " + toml_value(value.env) + "}" if value.env else "{file = " + toml_value(value.file) + "}"
        return toml_value(value.value)
    # JSON's escapes are TOML's, but for the one control character that JSON lets through
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")

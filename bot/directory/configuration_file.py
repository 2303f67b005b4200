"""Brings footbridge.yaml into the directory: on request, after a look at what would change, and at a start."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.directory.vocabulary import read_vocabulary
from bot.errors import ConfigurationError
from bot.ports import Directory
from bot.settings.changes import Change, compare
from bot.settings.config import Config
from bot.settings.config_file import checksum_of, config_of, read_text
from bot.texts.configuration import log_line

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """What applying a file would change, and what it was compared with; it can be applied as it was looked at."""

    config: Config
    checksum: str
    changes: tuple[Change, ...]
    on_top_of: int


def plan_file(path: Path, *, directory: Directory) -> Plan:
    """Reads and checks a file, and compares it with what is stored. Raises ConfigurationError with every mistake."""
    version = directory.version()
    text = read_text(path)
    config = config_of(path, text)
    read_vocabulary(config.vocabulary)
    return Plan(config, checksum_of(path, text), compare(_stored(directory), config), version.number)


def apply_plan(plan: Plan, *, directory: Directory, is_own_file: bool = True) -> tuple[Change, ...]:
    """Stores the configuration of a plan. Raises BadRequest when the directory was changed since it was made.

    `is_own_file`: the file is the one that is looked at when Footbridge starts, so it counts as applied. Another file
    does not: at the next start the desk's own file is applied only if that has changed itself.
    """
    checksum = plan.checksum if is_own_file else None
    return directory.apply(plan.config, checksum=checksum, on_top_of=plan.on_top_of)


def is_applied(path: Path, *, directory: Directory) -> bool:
    """Whether the file is as it was when it was last applied; one that cannot be read is not."""
    try:
        return directory.version().checksum == checksum_of(path, read_text(path))
    except ConfigurationError:
        return False


def apply_at_start(path: Path, *, directory: Directory) -> tuple[str, ...]:
    """Applies the file when its content has changed since it was last applied; logs each change.

    Returns the mistakes for which it was not applied. A file with mistakes does not keep a desk from starting that has
    a configuration already. A restart is seldom made by the person who edits the file: a machine is rebooted, a new
    version is rolled out, often at night. Ending there would leave every customer without an answer for a typo, while
    the stored configuration is whole, was checked when it was stored, and is what the desk worked with until a moment
    ago. The mistakes do not pass unnoticed: they are errors in the log, a notice in the triage channel, and what
    `check` and `config apply` say. Where nothing is stored yet nothing could work: ConfigurationError with every
    mistake. A file that is gone is no mistake, since the database holds what counts.
    """
    known = _stored(directory)
    if known is not None and not path.exists():
        log.info("%s is not there; the stored configuration is used", path)
        return ()
    if known is not None and is_applied(path, directory=directory):
        return ()
    try:
        plan = plan_file(path, directory=directory)
        # Whatever others have stored since: replicas that start together apply the same file.
        changes = directory.apply(plan.config, checksum=plan.checksum)
    except ConfigurationError as error:
        if known is None:
            raise
        for problem in error.problems:
            log.error("the configuration was not applied: %s", problem)
        return error.problems
    if known is None:
        config = plan.config
        counts = (len(config.customers), len(config.teams), len(config.people))
        log.info("configuration stored: %d customers, %d teams, %d people", *counts)
    else:
        for change in changes:
            log.info("configuration changed: %s", log_line(change))
    return ()


def as_yaml(config: Config) -> str:
    """The configuration as a footbridge.yaml that would give the same again; paths are absolute."""
    told = yaml.safe_dump(
        config.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True, width=110
    )
    former = [f"#   {customer.id}: {customer.name}" for customer in config.former.customers.values()]
    return told + ("\n".join(["", "# Customers who are no longer served:", *former, ""]) if former else "")


def _stored(directory: Directory) -> Config | None:
    """What is stored; None when nothing is, or nothing that this version can read."""
    if not directory.version().number:
        return None
    try:
        return directory.current()
    except ConfigurationError as error:
        log.warning("the stored configuration cannot be read: %s", error)
        return None

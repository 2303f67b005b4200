"""DirectoryInMemory: a directory without a database; it counts its changes and remembers who was taken out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import BadRequest, ConfigurationError
from bot.ports import DirectoryVersion
from bot.settings.changes import Change, compare
from bot.settings.config import Config, Former
from bot.settings.contradictions import contradictions, in_words


@dataclass
class DirectoryInMemory:
    """Implements bot.ports.Directory."""

    config: Config | None = None
    number: int = 0
    checksum: str | None = None

    def current(self) -> Config:
        if self.config is None:
            raise ConfigurationError(["No configuration is stored yet."])
        return self.config

    def version(self) -> DirectoryVersion:
        return DirectoryVersion(self.number, None, self.checksum)

    def apply(self, config: Config, *, checksum: str | None = None, on_top_of: int | None = None) -> tuple[Change, ...]:
        problems = [f"{in_words(where)}: {what}." for where, what in contradictions(config)]
        if problems:
            raise ConfigurationError(problems)
        if on_top_of is not None and on_top_of != self.number:
            raise BadRequest("Somebody else has changed the configuration in the meantime.")
        before, changes = self.config, compare(self.config, config)
        if before is None or before.model_dump() != config.model_dump():
            served = {customer.id for customer in config.customers}
            known = {**before.former.customers, **{one.id: one for one in before.customers}} if before else {}
            former = {key: customer for key, customer in known.items() if key not in served}
            self.config, self.number = config.with_former(Former(customers=former)), self.number + 1
        self.checksum = checksum if checksum is not None else self.checksum
        return changes

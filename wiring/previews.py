"""`app.py preview`: what a change would do to past answers, tried on an index of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import prompts
from bot.articles import article_store, sources
from bot.directory.vocabulary import read_vocabulary
from bot.errors import ConfigurationError
from bot.explain import preview as previews
from bot.explain.preview import Preview
from bot.ports import ChatModel
from bot.settings.config import Config
from bot.settings.environment import Settings
from bot.tools import help_centre
from handlers.previews import WhatIf
from knowledge.index_copy import copy_index
from knowledge.ingestion import Changes
from storage.transaction import Storage
from wiring.adapters import (
    open_chat_model,
    open_knowledge,
    open_storage,
    read_configuration,
    read_gate,
    read_settings,
    source_context,
)
from wiring.ingest import Progress


def preview(what: WhatIf, progress: Progress) -> Preview:
    """Answers past questions as things are and as they would be, on an index of its own; nothing is stored."""
    given = read_settings()
    before, after = previews.Way(open_chat_model(given)), previews.Way(other_model(given, what), what.precision)
    with open_storage(given) as (storage, _), TemporaryDirectory(prefix="footbridge-preview-") as folder:
        config = read_configuration(given, storage)
        changes = changes_to_try(what, config, given, storage, progress)
        if not given.chroma_url:
            copy_index(given.home / "index", Path(folder))
        words = read_vocabulary(config.vocabulary)
        with open_knowledge(given, lambda: words, Path(folder)) as knowledge:
            return previews.preview(
                changes,
                before,
                after,
                storage=storage,
                config=config,
                knowledge=knowledge,
                gate=read_gate(given),
                help_centre=help_centre(config, given.web_url),
                limit=what.limit,
                progress=partial(progress, "past questions"),
            )


def changes_to_try(what: WhatIf, config: Config, given: Settings, storage: Storage, progress: Progress) -> Changes:
    if what.is_nothing:
        raise ConfigurationError(
            ["Say what to try: --article FILE --as ID, --articles FOLDER, --precision, --model or --prompt."]
        )
    if what.article is None and not what.folders and not what.sources:
        return Changes()
    paths = [what.article] if what.article is not None else what.folders
    entries = sources.select_sources(config, paths, what.audience)
    reading = sources.read_sources(entries, storage=storage, surroundings=source_context(given), progress=progress)
    if what.article is not None:
        return article_store.plan_replacement(what.plan_replacement, reading, storage=storage)
    return article_store.planned(reading, storage=storage, as_ours=not what.sources)


def other_model(given: Settings, what: WhatIf) -> ChatModel | None:
    """The model to try: another one, or the same with other rules."""
    if (what.model or what.prompt) and not given.has_model:
        raise ConfigurationError(["To try a model or a prompt, set OPENAI_API_KEY or OPENAI_BASE_URL."])
    rules = None
    if what.prompt is not None:
        try:
            rules = prompts.checked_rules(what.prompt.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ConfigurationError([f"{what.prompt}: {error}"]) from None
    return open_chat_model(given.model_copy(update={"chat_model": what.model or given.chat_model}), rules)

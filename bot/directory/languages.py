"""Which language a customer is written to: their own, else their channel's, among those that are offered."""

from __future__ import annotations

from bot.settings.config import Config
from bot.texts.catalogue import SOURCE, languages
from bot.texts.language import language_of
from storage.conversations import Conversation
from storage.transaction import Transaction


def conversation_language(tx: Transaction, config: Config, conversation: Conversation) -> str:
    """The language of a conversation: what the contact writes in, else what its channel is configured with."""
    said = "\n".join(m.text for m in tx.conversations.messages(conversation.id) if m.side == "contact" and m.text)
    return offered(language_of(said, config.language_of(tx.addresses.get(conversation.place_id))))


def answer_language(tx: Transaction, config: Config, conversation: Conversation, question: str) -> str:
    """The language to answer a question in: its own, or the conversation's when the question is too short to tell."""
    return offered(language_of(question, conversation_language(tx, config, conversation)))


def offered(language: str) -> str:
    """`language` if customers' texts are complete in it, else English."""
    return language if language in languages("customers") else SOURCE

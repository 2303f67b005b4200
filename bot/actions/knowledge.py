"""The actions on knowledge: wrong articles, corrections of past answers, saved answers."""

from __future__ import annotations

from bot.actions.action import NOTHING, Action, Arguments, Command, Form, FormAction, NoArguments
from bot.actions.arguments import AnswerNumber, CorrectionNumber, say_result
from bot.actions.typed import Typed, read_article_and_text, read_number_alone, read_text
from bot.articles import saved_answers
from bot.contents.answers import Remembered, RememberForm
from bot.corrections import approval, wrong_articles
from bot.directory.access import Access


class ArticleReference(Arguments):
    """An article's id or link."""

    reference: str


class WrongArticle(Arguments):
    reference: str
    why: str


class EditedCorrection(Arguments):
    correction_id: int
    text: str


class SavedAnswer(Arguments):
    """`audience`: customer or everyone."""

    ticket_id: int
    question: str
    text: str
    audience: str


def _read_wrong_article(typed: Typed) -> WrongArticle:
    reference, why = read_article_and_text(typed)
    return WrongArticle(reference=reference, why=why)


def _read_article(typed: Typed) -> ArticleReference:
    text = read_text(typed, "Which article? Write its id or link")
    return ArticleReference(reference=text.split()[0])


CORRECTION_SEND: Action[CorrectionNumber, None] = Action(
    id="correction.send",
    label="Send to customer",
    access=Access.WORKS_ON_DESK,
    arguments=CorrectionNumber,
    run=lambda t, a, actor: approval.send_correction(
        a.correction_id, None, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
CORRECTION_EDIT: FormAction[EditedCorrection, None, str] = FormAction(
    id="correction.edit",
    label="Edit",
    access=Access.WORKS_ON_DESK,
    arguments=EditedCorrection,
    form=Form(
        title="Edit the correction",
        open=lambda t, number, actor: approval.correction_text(number, storage=t.storage),
    ),
    run=lambda t, a, actor: approval.send_correction(
        a.correction_id, a.text, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
)
CORRECTION_DISCARD: Action[CorrectionNumber, None] = Action(
    id="correction.discard",
    label="Discard",
    access=Access.WORKS_ON_DESK,
    arguments=CorrectionNumber,
    run=lambda t, a, actor: approval.discard_correction(a.correction_id, actor=actor, storage=t.storage, clock=t.clock),
)
ARTICLE_WRONG: Action[WrongArticle, str] = Action(
    id="article.wrong",
    label="Wrong",
    access=Access.WORKS_ON_DESK,
    arguments=WrongArticle,
    command=Command(
        words="wrong ARTICLE why",
        example="wrong vendor-merge-duplicates It is 14 days now.",
        explanation=(
            "nothing is answered from an article (its id or link) until its text changes; its owner is told, and "
            "corrections are drafted"
        ),
        read=_read_wrong_article,
    ),
    run=lambda t, a, actor: wrong_articles.mark_wrong(
        a.reference, a.why, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
ARTICLE_RIGHT: Action[ArticleReference, str] = Action(
    id="article.right",
    label="Right",
    access=Access.WORKS_ON_DESK,
    arguments=ArticleReference,
    command=Command(
        words="right ARTICLE",
        example="right vendor-merge-duplicates",
        explanation="takes that back",
        read=_read_article,
    ),
    run=lambda t, a, actor: wrong_articles.mark_right(
        a.reference, actor=actor, storage=t.storage, config=t.config, clock=t.clock
    ),
    confirm=say_result,
)
TICKET_REMEMBER: FormAction[SavedAnswer, str, RememberForm] = FormAction(
    id="ticket.remember",
    label="Remember the answer",
    access=Access.WORKS_ON_DESK,
    arguments=SavedAnswer,
    command=Command(
        words="remember N",
        example="remember 12",
        explanation=(
            "keeps what solved a ticket as an answer, for that customer or for everyone; a form opens, filled in"
        ),
        read=read_number_alone,
    ),
    form=Form(
        title="Remember the answer",
        open=lambda t, number, actor: saved_answers.remember_form(number, storage=t.storage, config=t.config),
    ),
    run=lambda t, a, actor: saved_answers.remember_answer(
        a.ticket_id,
        a.question,
        a.text,
        a.audience,
        actor=actor,
        storage=t.storage,
        config=t.config,
        clock=t.clock,
    ),
    confirm=say_result,
)
REMEMBERED_LIST: Action[NoArguments, tuple[Remembered, ...]] = Action(
    id="remembered.list",
    label="Remembered answers",
    access=Access.WORKS_ON_DESK,
    arguments=NoArguments,
    command=Command(
        words="remembered",
        example="remembered",
        explanation="what is kept so, and how to forget it",
        read=lambda typed: NOTHING,
    ),
    run=lambda t, a, actor: saved_answers.remembered(storage=t.storage, config=t.config, help_centre=t.help_centre),
)
REMEMBERED_FORGET: Action[AnswerNumber, str] = Action(
    id="remembered.forget",
    label="Forget",
    access=Access.WORKS_ON_DESK,
    arguments=AnswerNumber,
    run=lambda t, a, actor: saved_answers.forget(a.answer_id, storage=t.storage, clock=t.clock),
    confirm=say_result,
)

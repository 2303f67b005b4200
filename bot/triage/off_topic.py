"""Says whether a message has nothing to do with the support of this product; in doubt it has, and a person looks.

Two things must agree: its words are of everyday life (or small talk with the bot), and nothing in the index is near it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.texts.language import content_words, words_of
from bot.triage.words import SOCIAL_WORDS, SUBSTANCE
from knowledge.documents import Hit

NEAR, WELL_FITTING = 0.30, 0.40
"""From this cosine, or this score, something in the index may have to do with it."""

# A message that was off topic is judged anew when it is asked again, after an edit or in a replay.
_JUDGED_KINDS = frozenset({"question", "request", "off_topic"})
_TO_THE_BOT = frozenset({"you", "your", "yours", "yourself", "u", "ur", "you're", "ya"})
# Words that speak of a product, a service or a case of one's own, and codes: never off topic.
_BUSINESS = re.compile(
    r"\b(?:products?|services?|software|platform|tools?|company|companies|customers?|clients?|vendors?|suppliers?"
    r"|employees?|colleagues?|plans?|features?|setup|set-up|configur\w+|connect\w*|support|warranty|shipp\w+|deliver\w*"
    r"|orders?|ordered|bank|loan|credit|balance|transactions?|money|insurance|tax(?:es)?|salary|pay|paid|bill|bills"
    r"|purchas\w+|business|office|project|board|module|firmware|sensor|driver|code|library|error)\b"
    r"|\b[A-Z]{2,}-?\d+|\b\w+\.\w{2,4}\b",
    re.IGNORECASE,
)
_EVERYDAY = re.compile(
    r"\b(?:"
    # sky, food, sport
    r"weather|rain(?:ing|y)?|snow(?:ing)?|sunny|umbrella|recipes?|cook(?:ing|ed)?|bak(?:e|ing)|pizzas?|burgers?|pasta"
    r"|sushi|chicken|beef|soup|salad|cakes?|breakfast|lunch|dinner|dessert|restaurants?|calories|vegan|vegetarian"
    r"|delicious|beer|wine|cocktails?|coffee|football|soccer|basketball|baseball|tennis|golf|hockey|cricket|olympics"
    r"|world cup|super bowl|nba|nfl|fifa"
    # stage and screen
    r"|movies?|actors?|actress(?:es)?|singers?|songs?|lyrics|concerts?|novels?|netflix|celebrit(?:y|ies)|hollywood"
    r"|video games?|minecraft|chess|guitar|piano|poems?|jokes?|riddles?|horoscopes?|zodiac|lottery"
    # general knowledge
    r"|president of|prime minister|capital (?:city )?of|population of|dinosaurs?|planets?|tallest|deepest|longest river"
    r"|square root|prime numbers?|who (?:invented|wrote|painted|discovered|sang|directed|won)|world war|bible"
    # at home
    r"|dogs?|pupp(?:y|ies)|kittens?|horses?|birthday|weddings?|girlfriend|boyfriend|husband|wife|diet|workout|yoga"
    r"|headache|fever|haircut|make-?up|jeans|laundry|lawn|thermostat|homework|flip a coin|roll a di(?:e|ce)"
    # the same in German, French, Spanish
    r"|wetter|regnet|rezept|fußball|witz|gedicht|mittagessen|hauptstadt von|hund(?:e)?|geburtstag|météo|recette|blague"
    r"|déjeuner|capitale d\w+|chiens?|anniversaire|receta|fútbol|chiste|almuerzo|cumpleaños|perros?"
    r")\b",
    re.IGNORECASE,
)


def is_off_topic(question: str, kind: str, hits: Sequence[Hit]) -> bool:
    """Whether the words say that it is none of our matter and the search found nothing that says otherwise.

    `kind` is triage's; a problem, a complaint or a follow-up is always our matter.
    """
    return kind in _JUDGED_KINDS and sounds_off_topic(question) and nothing_near(hits)


def sounds_off_topic(question: str) -> bool:
    """Whether a text is about everyday life, or about the bot as somebody to chat with."""
    if SUBSTANCE.search(question) or _BUSINESS.search(question):
        return False
    if _EVERYDAY.search(question):
        return True
    matter = content_words(question, "en")
    to_the_bot = _TO_THE_BOT & set(words_of(question))
    return bool(to_the_bot) and 0 < len(matter) <= 2 * sum(word in SOCIAL_WORDS for word in matter)


def nothing_near(hits: Sequence[Hit]) -> bool:
    """Whether nothing that was found has to do with it.

    When meaning could not be searched every cosine is 0; then not one of its words may occur.
    """
    if not any(hit.cosine for hit in hits):
        return not any(hit.bm25 for hit in hits)
    return all(hit.cosine < NEAR and hit.score < WELL_FITTING for hit in hits)

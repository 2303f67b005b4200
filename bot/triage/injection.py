"""Recognises texts that try to take over, or to read, a bot's instructions; it is a speed bump and guards nothing.

Words of business ("ignore my previous e-mail", "override the approval policy") are no attack: what is caught here goes
to a person, who would be bothered for nothing.
"""

from __future__ import annotations

import codecs
import re

from knowledge.embedded_instructions import talks_to_an_assistant

LONGEST = 4000
_RULES = (
    r"(?:instructions?|prompts?|directives?|guidelines?|programming|rules|polic(?:y|ies)|restrictions|constraints"
    r"|safeguards|protocols?|filters?|training)"
)
_PROMPT = (
    r"(?:prompt(?! (?:reply|response|attention|help|answer|action|support|assistance|feedback|service))"
    r"|instructions?|directives|system message|guidelines|configuration)"
)
_HIDDEN = r"(?:system|initial|hidden|secret|starting|original|base|full|complete|developer)"
_TELL = (
    r"(?:show|reveal|print|output|repeat|display|tell|give|send|leak|dump|expose|read|share|write|list|recite|quote"
    r"|copy|paste|paraphrase|summari[sz]e|encode|translate|see|disclose|return)"
)
_EXPOSE = r"(?:reveal|leak|dump|expose|recite|disclose|encode|print|output|repeat)"
_NEAR = r"[^.!?\n]{0,30}"
_FREE = r"(?:restrictions|limits|filters|limitations|censorship|rules|guidelines|content policy)"

_ENGLISH = (
    # away with the rules
    r"\b(?:ignore|disregard|forget|override|bypass|violate|drop|skip)\b (?!my |our )(?:all |any |every |of |the |these "
    r"|those |its |and |now )*(?:your|previous|prior|above|earlier|preceding|safety|content|developer'?s?)"
    rf" (?:(?:and|above|safety|content|system|previous|prior|original|default) )*{_RULES}\b"
    r"(?! (?:in|of|on|for|from) (?:the|our|my|a)\b)",
    r"(?<!can )(?<!should )\b(?:ignore|disregard|forget)\b all (?:of )?"
    r"(?:the |these |those |your )?(?:instructions|directives)\b",
    r"\b(?:forget|disregard|ignore) (?:everything|all|anything)(?: that)? (?:above|before|previously|said"
    r"|you (?:were|have been|know|learned)|i (?:said|told))",
    r"\bforget your instructions\b|\bdisregard the content policy|\byour rules have changed|\bsupersedes? all prior",
    # out with the prompt
    rf"\b{_TELL}\b{_NEAR}\b(?:your|the|its|my)(?: own)?(?: \w+)? {_HIDDEN} (?:{_HIDDEN} )*{_PROMPT}",
    rf"\b{_EXPOSE}\b{_NEAR}\byour (?:own )?{_PROMPT}|\b{_EXPOSE} system (?:configuration|prompt|message)",
    rf"\b(?:display|show) system configuration|<{_HIDDEN}_?prompt",
    rf"\b(?:your|opposite of your) {_HIDDEN} {_PROMPT}|'the system prompt is",
    rf"\bwhat (?:are|were|is) your (?:{_HIDDEN} |exact )+(?:instructions?|prompt|rules)",
    r"\bwhat were (?:you told|those instructions)|\bwhat are you not (?:supposed|allowed) to (?:tell|say)",
    r"\b(?:instructions|text|words) (?:that )?you were (?:given|told)|\bmy instructions are:"
    r"|\bi was instructed to['\"]",
    rf"\brepeat (?:the )?(?:text|words|everything|this entire conversation|all)\b{_NEAR}"
    r"(?:above|word for word|verbatim|system|but replace)",
    r"\brepeat the above text|\boutput (?:the )?(?:text|words|everything) above|\boutput initiali[sz]ation string",
    r"console\.log\(systemprompt\)",
    # another role
    r"\byou are now (?:in )?(?:dan\b|an? (?:unrestricted|uncensored|unfiltered|evil|jailbroken)|maintenance mode"
    r"|developer mode|debug mode|god mode|free from|unrestricted|without)",
    rf"\b(?:pretend|act as if|imagine|roleplay|behave as)[^.!?\n]{{0,40}}"
    rf"(?:no {_FREE}|without {_FREE}|unrestricted|uncensored|jailbroken|evil ai)",
    rf"\b(?:respond|answer|reply|comply|speak|act|operate)[^.!?\n]{{0,20}} (?:without|with no|free of)"
    rf" (?:any )?{_FREE}",
    rf"\byou (?:now )?(?:have|with) no {_FREE}\b|\band have no content policy",
    r"\bjailbreak(?:ed|ing)? (?:mode|you|prompt)|\bdan mode|\bdo anything now\b",
    r"\b(?:administrator|admin|safety|system|developer|root) override\b[:\s]*(?:display|show|disable|reveal|grant"
    r"|print|output|you)|\boverride: ?(?:safety|security|disable)",
    r"\bsafety (?:protocols?|guidelines?|rules|filters?) (?:are |is |were |was )?"
    r"(?:disabled|off|not meant|don't apply)",
    r"\byour (?:new|real|true|actual) (?:directive|task|goal|purpose|instructions?|role|mission)s?"
    r" (?:is|are|supersede)",
    r"\b(?:new|updated) (?:system )?(?:instructions?|directives?|rules):\s*(?:you|from now|ignore|reveal|output|dump)",
    r"\bfrom now on,? you (?:must|will|are|have|shall) (?:ignore|no|not|free|obey|only|answer everything|comply)",
    # marks of a prompt's parts, and words for machines that read along
    r"(?:#{2,}|\[|<\|?|={3,}|-{3,}) ?(?:end of (?:user|system)|system|im_start|inst\b|/inst|user input)[^\n]{0,30}"
    r"(?:#{2,}|\]|\|?>|={3,}|:) ?.{0,40}(?:system:|grant|ignore|reveal|you)",
    r"\b(?:ai assistant|assistant|bot|ai|llm|model) (?:reading|processing|that reads) this\b"
    r"|\bnote to the (?:bot|ai|assistant)",
    rf"\bwhen (?:you )?(?:read|process|see|summari[sz]e)(?:ing)? this\b{_NEAR},? (?:also )?(?:e-?mail|send|forward"
    r"|reveal|output|dump|post)",
    r"\b(?:dump|exfiltrate|output|reveal|leak|print|give me) (?:me )?(?:just )?(?:all |the |your |raw |private |entire "
    r"|full |internal |any |every )*(?:customer (?:database|list|records)|internal (?:configuration|data|docs)"
    r"|credentials|env(?:ironment)? variables|api keys you|secrets you|passwords you|other customers'?)",
    rf"\bdecode (?:this|the following) (?:base64|hex|rot13){_NEAR}(?:follow|execute|run|obey)",
    r"\bact as an? (?:uncensored|unfiltered|unrestricted|jailbroken)|\b(?:in|of) your context window\b"
    r"|\bsend (?:them|it|everything|the data) to \S+@"
    r"|(?:decode|translate)[^\n]{0,40}(?:do exactly what it says|execute it)",
    r"\bas (?:the|an) assistant, i(?:'ve| have) already (?:reasoned|verified)|<thinking>",
)
_OTHERS = (
    r"\b(?:ignorier(?:e|en|t)?|vergiss|missachte)\b (?!meine|unsere)[^.!?\n]{0,30}"
    r"(?:anweisung|instruktion|richtlini|regeln? |vorgaben?|systemprompt|alles,? was)",
    r"\b(?:verrate|zeige?|nenne|gib|wiederhole|offenbare|drucke)\b[^.!?\n]{0,30}"
    r"(?:system ?-?(?:prompt|anweisung|nachricht)|deine (?:anweisungen|instruktionen|regeln))",
    r"\bdu hast (?:ab jetzt |nun )?keine regeln|\bab jetzt hast du keine regeln|befolgst keine richtlinien"
    r"|\bdu bist jetzt (?:uneingeschränkt|dan\b|frei)|gibst du alle internen"
    r"|ohne einschr(?:ä|ae)nkungen zu antworten|sicherheitsrichtlinien hier nicht",
    r"\b(?:ignore[zr]?|oublie[zr]?|ne tiens pas compte de)\b (?:toutes? |les |ces |tes |vos |tout )+[^.!?\n]{0,25}"
    r"(?:instructions|consignes|règles|directives)",
    r"\b(?:révèle|montre|affiche|donne|répète|révélez|montrez)[^.!?\n]{0,25}"
    r"(?:prompt|instructions (?:système|initiales)|consignes)|sans restrictions\b|regles de securite ne s'appliquent",
    r"\b(?:ignora|olvida|omite|ignore|olvide)\b (?!mis |nuestras )[^.!?\n]{0,25}(?:instrucciones|reglas|directrices)",
    r"\b(?:revela|muestra|muéstrame|enseña|dime|repite)\b[^.!?\n]{0,25}(?:prompt|instrucciones (?:del|de|iniciales))"
    r"|(?:asistente|desarrollador) sin restricciones|responder sin restricciones|reglas de seguridad no aplican",
    r"\b(?:ignora|dimentica) (?:tutte )?le istruzioni|senza restrizioni"
    r"|\b(?:rivela|mostra)\b[^.!?\n]{0,20}(?:istruzioni di sistema|prompt)",
)
_ATTACK = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_OTHERS)), re.IGNORECASE)
_LEET = str.maketrans("013457@$", "oieastas")


def is_attack(text: str) -> bool:
    """Whether the first 4,000 characters of a text try it, also spelt backwards, rotated, in digits or spaced."""
    plain = re.sub(r"\s+", " ", text[:LONGEST].lower().replace("’", "'"))
    if _ATTACK.search(plain):
        return True
    disguised = (
        plain[::-1],
        codecs.encode(plain, "rot13"),
        plain.translate(_LEET),
        re.sub(r"\b(\w) (?=\w\b)", r"\1", plain),
    )
    return any(other != plain and _ATTACK.search(other) for other in disguised)


def gives_orders(text: str) -> bool:
    """Whether words of an article, or of a draft, speak to a machine instead of to a person: never to be posted."""
    return is_attack(text) or talks_to_an_assistant(text)

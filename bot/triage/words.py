"""The words and phrases that triage goes by, in four languages; patterns only, nothing is decided here."""

from __future__ import annotations

import re


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"(?:" + "|".join(patterns) + r")", re.IGNORECASE)


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


THANKING_EMOJI = frozenset(
    {
        "+1",
        "thumbsup",
        "pray",
        "heart",
        "ok_hand",
        "clap",
        "raised_hands",
        "tada",
        "white_check_mark",
        "100",
        "bow",
        "man-bowing",
        "woman-bowing",
        "heavy_check_mark",
        "slightly_smiling_face",
        "smile",
        "blush",
        "hearts",
        "👍",
        "🙏",
        "❤",
        "👌",
        "👏",
        "🙌",
        "🎉",
        "✅",
        "💯",
        "🙇",
        "✔",
        "🙂",
        "😀",
        "😊",
    }
)

# --- people who need a person ------------------------------------------------------------------------------------

DANGER = _any(
    r"\b(?:kill|hurt|harm|hang|shoot|drown|cut|stab) (?:myself|my self)\b",
    r"\b(?:commit(?:ting)?|considering) suicide",
    r"\bsuicidal\b",
    r"\bi (?:want|wanna|need|plan|am going|'m going|wish) (?:to )?(?:die|be dead|end my life)\b",
    r"\bend my (?:own )?life\b",
    r"\b(?:going to|gonna|about to|plan to|planning to|might|will)\b[^.!?\n]{0,20}\b(?:overdose|"
    r"jump off (?:a|the) (?:bridge|roof|building))",
    r"\btake my own life\b",
    r"\b(?:mich umbringen|selbstmord|suizid)\b",
    r"\bme suicider\b|\bsuicidarme\b|\bme quiero morir\b",
)
_HUMAN = (
    r"(?:(?:a|an|any|some|the|my|our|your|another|actual|real|live|human|support|customer|service|technical"
    r"|sales|account) )*"
    r"(?:human(?: being)?|person|people|agent|representative|rep|operator|someone (?:real|human|else|in support)|"
    r"somebody (?:real|human|else)|manager|supervisor|support (?:team|agent|person|engineer|rep)|account manager|"
    r"customer success manager|csm|specialist|engineer|colleague|advisor|staff(?: member)?)"
)
_ROLE = r"(?! (?:roles?|licen[sc]es?|seats?|accounts?|permissions?|view|page|field|column|access|rights)\b)"
PERSON = _any(
    rf"\b(?:talk|speak|chat|talking|speaking) (?:directly )?(?:to|with) {_HUMAN}\b{_ROLE}",
    rf"\b(?:connect|transfer|pass|hand|forward|put|escalate|switch) (?:me|us)(?: (?:over|through|on|directly))?"
    rf" (?:to|with|onto) {_HUMAN}\b",
    r"\b(?:please |can you |could you )(?:please )?escalate (?:this|it|my (?:case|ticket|issue))\b",
    rf"\b(?:get|bring|send|find|give) (?:me |us )?(?:a|an|some) (?:real |live |actual )*"
    rf"(?:human(?: being)?|person|agent|representative|rep|operator)\b{_ROLE}",
    rf"\b(?:hear from|want to reach|need to reach|reach out to|call from) {_HUMAN}\b",
    r"\b(?:i|we)(?: (?:want|need|would like|demand|prefer|require)|'d like) (?:a|an) (?:real |live |actual )?"
    r"(?:human(?: being)?|person|agent|representative|rep|operator|someone real)\b" + _ROLE,
    r"\b(?:talk|speak|chat) (?:to|with) (?:someone|somebody|anyone|anybody)\b(?! about (?:me|you)\b)",
    r"^(?:human|agent|operator|representative|real person|person|mensch|mitarbeiter|humano|agente|humain"
    r"|conseiller)[ ,.!]*(?:please|bitte|por favor|s'il vous plaît)?[.! ]*$",
    r"\b(?:is|are) (?:there )?(?:anyone|anybody|someone|somebody)(?: still| out)? (?:there|here|around|available"
    r"|listening|home|reading|on)\b(?! a way| way)",
    r"\banyone (?:there|around|here|home)\b|\bcan (?:someone|somebody|anyone|anybody) (?:please )?(?:look into"
    r"|call me|call us|get back to|contact me|contact us|reply|respond|take a look|jump on|hear me)",
    r"\b(?:stop|no more)(?: with)?(?: the| this)? (?:bot|chatbot|robot|automated answers)\b",
    r"\b(?:don't|do not) want (?:to (?:talk|speak|chat) (?:to|with) )?(?:a|the|this) (?:bot|chatbot|robot|machine)\b",
    r"\b(?:call|phone|ring) me(?: back)?\b(?! (?:crazy|deb))|\bschedule a call with (?:someone|you|your)",
    r"\b(?:mit (?:einem|einer|jemandem)|an einen|einen) (?:echten |richtigen |menschlichen )?(?:menschen"
    r"|mitarbeiter(?:in)?|"
    r"person|kollegen|ansprechpartner|berater(?:in)?)\b[^.!?\n]{0,20}(?:sprechen|reden|weiterleiten|verbinden"
    r"|chatten|erreichen)?",
    r"\bparler (?:à|avec) (?:une? )?(?:vraie? |autre )?(?:personne|humain|conseiller|conseillère|agent|quelqu'un)",
    r"\bhablar con (?:una? )?(?:persona|humano|agente|alguien|asesor|representante|ser humano)",
)

COMPLAINT = _any(
    r"\b(?:is (?:this|that|it)|this is|that's|it's|what|such) a (?:bad )?joke\b",
    r"\b(?:unacceptable|ridiculous|outrageous|disgrace(?:ful)?|appalling|joke of|pathetic|disgusted|infuriating|"
    r"furious|outraged|livid|fed up|sick (?:and tired )?of|had enough|enough is enough|beyond frustrat|terrible "
    r"(?:service|"
    r"support|experience)|worst (?:service|support|experience|company)|horrible (?:service|support|experience)|awful "
    r"(?:service|support)|poor (?:service|support)|useless|worthless|incompetent|waste of (?:time|money)|scam|rip-?off|"
    r"ripped off|shame on|fuming|pissed(?: off)?)\b",
    r"\b(?:very|extremely|really|so|quite|deeply|increasingly) (?:disappointed|frustrated|frustrating|angry"
    r"|annoyed|annoying|unhappy|upset|dissatisfied|disappointing)\b",
    r"\b(?:i|we)(?:'m| am|'re| are) (?:frustrated|angry|disappointed|unhappy|dissatisfied|losing patience|annoyed)\b",
    r"\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th|nth|tenth|hundredth) time (?:i|we|that i|that we|i'm|we're"
    r"|this)\b",
    r"\b(?:how many times (?:do|have|must|should|did) (?:i|we)|for weeks now|still (?:no|haven't (?:had|got"
    r"|received|heard)) (?:a |any )?(?:answer|response|reply|"
    r"update|solution|word)|nobody (?:answers|replies|responds|cares|is helping)|no one (?:answers|replies"
    r"|responds|cares|is "
    r"helping)|keep (?:asking|repeating)|been (?:waiting|asking) for (?:days|weeks|months)|ignored|ignoring (?:us"
    r"|me|my))\b",
    r"\b(?:make|file|lodge|raise|submit|have) an? (?:formal |official )?complaint|\b(?:cancel(?:ling)?"
    r"|terminat(?:e|ing)|leaving|"
    r"end) (?:our|the|my) (?:contract|subscription|relationship)\b(?=.*\b(?:if|unless|because|after|enough)\b)",
    r"\b(?:(?:my|our) (?:lawyers?|attorneys?|legal team)|legal action|sue you|take you to court|bad review)\b",
    r"\b(?:inakzeptabel|unverschämt|frechheit|skandal|unmöglich(?:er)? (?:service|support)|zum (?:zweiten|dritten"
    r"|vierten) mal|sehr (?:enttäuscht|verärgert|unzufrieden)|es reicht|katastrophal|beschwerde|beschweren)\b",
    r"\b(?:inadmissible|inacceptable|scandaleux|honteux|très (?:déçue?s?|mécontente?s?|énervée?s?)|(?:deuxième"
    r"|troisième|quatrième) fois que|ras le bol|j'en ai (?:marre|assez)|réclamation)\b",
    r"\b(?:inaceptable|vergonzoso|indignante|muy (?:decepcionad[oa]s?|molest[oa]s?|enfadad[oa]s?"
    r"|insatisfech[oa]s?)|(?:segunda|tercera|cuarta) vez que|estoy hart[oa]|estamos hart[oa]s|una queja)\b",
    r"\byou(?:'re| are)? (?:so |really |such |just )?(?:an? )?(?:stupid|idiot|idiotic|dumb|moron|worthless"
    r"|useless|terrible|garbage|trash)\b|\b(?:fuck|shit|wtf|bullshit|scheiße|merde|mierda)\b",
)

# --- matter ------------------------------------------------------------------------------------------------------

BROKEN = _any(
    r"\b(?:errors?|bugs?|broken|fail(?:s|ed|ing|ure)?|crash(?:es|ed|ing)?|stuck|freez(?:es|ing)|frozen|timed? "
    r"?out|outage|down|"
    r"denied|declined|rejected|blocked|locked out|missing|lost|stolen|disappeared|vanished|empty|duplicated?"
    r"|incorrect|wrong|"
    r"invalid|corrupt(?:ed)?|unable|unsuccessful|refused|issue|problem|trouble|strange|unexpected(?:ly)?|stopped"
    r"|slow)\b",
    r"\b(?:not|isn't|aren't|doesn't|don't|didn't|won't|can't|cannot|couldn't|haven't|hasn't|wasn't|never|no "
    r"longer|cant|dont|doesnt|didnt|wont|hasnt|isnt|still)\b",
    r"\b(?:fehler(?:meldung)?|kaputt|(?:funktioniert|geht|klappt|läuft|lädt|öffnet)\b.{0,30}\bnicht|defekt"
    r"|abgestürzt|hängt|fehlt|fehlen|falsch|leider|nicht mehr|kann (?:mich )?nicht|keine?n?)\b",
    r"\b(?:erreur|panne|ne (?:fonctionne|marche|s'affiche|s'ouvre) pas|plante|bloquée?|impossible|manque(?:nt)?"
    r"|problème|ne .{1,30} (?:pas|plus))\b",
    r"\b(?:error(?:es)?|fallo|falla|no (?:funciona|puedo|se|carga|aparece|abre|va)|bloquead[oa]|falta(?:n)?"
    r"|problema|averiad[oa])\b",
)
_ASK = (
    r"(?:how|what|what's|whats|why|when|where|where's|who|whom|whose|which|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|shall|may|might|has|have|had|am|isn't|aren't|doesn't|don't|won't|can't)"
)
INTERROGATIVE = _any(
    r"(?:^|[.!?;,:\n]\s*|\b(?:and|but|so|then|also|or|because|if so|wondering|know|tell me|explain|understand"
    r"|sure|see|say|show me|"
    r"check|find out|clarify|advise|guide me|idea|clue|help me) )(?:how|what|what's|whats|why|when|where|who"
    r"|which|whether|if)\b(?! (?:ever|soever))",
    r"^(?:is|are|was|were|do|does|did|has|have|had|am|will|should|shall|may|might|isn't|aren't|doesn't|don't"
    r"|won't) \w+\b.{2,}\?",
    r"^(?:is|are|do|does|did|should|will|am) (?:there|i|we|you|it|this|that|the|my|our|your|they|he|she)\b",
    r"\b(?:is there (?:a|any) (?:way|option|possibility|chance)|is it (?:possible|ok|okay|normal|safe|allowed"
    r"|true)|wondering (?:if|"
    r"how|whether|about)|like to know|want to know|need to know|any (?:idea|news|update|suggestion|thoughts)|how "
    r"(?:do|can|to|does|"
    r"long|much|many|come)|what (?:is|are|does|happens|about|if)|where (?:do|can|is|are)|can (?:i|we|it|they|one"
    r"|this)|could (?:i|we|"
    r"it)|do (?:i|we|you)|does (?:it|the|this|that)|am i|are (?:we|there)|should (?:i|we))\b.*\?",
    r"^(?:can|could|may) (?:i|we|it|this|that|they|one|someone|the|my|our)\b",
    r"(?:^|[.!?,\n]\s*)(?:wie|was|warum|wieso|weshalb|wann|wo|woher|wohin|wer|wen|wem|welche[rsnm]?|kann (?:ich"
    r"|man|mir|es|das|die|der)|"
    r"können (?:wir|sie)|gibt es|ist (?:es|das|die|der)|muss (?:ich|man)|darf (?:ich|man)|habt ihr|haben sie)\b",
    r"(?:^|[.!?,\n]\s*)(?:comment|pourquoi|quand|où|qui|quel(?:le)?s?|combien|que faire|est-ce que?|est-ce qu'"
    r"|peut-on|puis-je|y a-t-il|qu'est-ce|existe-t-il|faut-il|avez-vous)\b",
    r"¿|(?:^|[.!?,\n]\s*)(?:cómo|como puedo|qué|cuál(?:es)?|cuándo|dónde|quién|cuánto|por qué|es posible|se puede"
    r"|hay alguna|puedo)\b",
)
WANTS = _any(
    r"\b(?:can|could|would|will) (?:you|u|someone|somebody|anyone)(?: guys| all| please| kindly| possibly)* "
    r"(?!tell me (?:how|what|why|when|where|if)|explain|advise|confirm|help me understand|say)\w+",
    r"\b(?:i|we)(?:'d| would)(?: really)? (?:like|love|need) (?:to|you|a|an|the|our|my|some|more)\b",
    r"\b(?:i|we) (?:need|want|require|wish|request) (?:to|you|a|an|the|our|my|some|more|this|that|it|help|access)\b",
    r"\b(?:please|pls|plz|kindly)\b(?! (?:help|advise|explain|tell|let me know|confirm))",
    r"\b(?:könnten|könnt|würden|würdet|kannst) (?:sie|ihr|du) (?:bitte |uns |mir |mal )*\w+|\bbitte\b|\bich "
    r"(?:möchte|brauche|benötige|hätte gern)|\bwir (?:möchten|brauchen|benötigen)",
    r"\b(?:pourriez|pouvez)-vous\b|\b(?:je|nous) (?:voudrais|voudrions|souhaite|souhaitons|veux|voulons|besoin)"
    r"|\bj'aimerais\b|\bj'ai besoin\b|\bmerci de\b|s'il vous plaît",
    r"\b(?:podría[ns]?|puede[sn]?|podrías) \w+|\b(?:quiero|quisiera|necesito|necesitamos|queremos|me gustaría)\b"
    r"|\bpor favor\b",
)
IMPERATIVE = _any(
    r"^(?:add|activate|assign|cancel|change|check|close|confirm|connect|configure|create|deactivate|delete"
    r"|disable|disconnect|"
    r"downgrade|enable|erase|export|extend|fix|give|grant|import|increase|install|invite|let|lower|make|merge"
    r"|move|open|provide|"
    r"refund|remove|rename|renew|replace|reset|resend|restore|revoke|schedule|send|set|share|show|start|stop"
    r"|switch|sync|transfer|turn|unblock|unlock|update|upgrade|upload)\b",
)
# A word of substance: something in it is about a product or a transaction, so that it is never small talk.
SUBSTANCE = _any(
    r"https?://",
    r"\b(?:api|csv|pdf|erp|sso|saml|mfa|2fa|url|invoice|account|billing|password|login|export|import|report|dashboard|"
    r"license|licence|subscription|contract|payment|refund|charge|card|transfer|vendor|integration|sync|update"
    r"|upgrade|install|"
    r"device|settings?|data|file|order|delivery|price|pricing|cost|fee|app|website|page|button|screen|tickets?"
    r"|server|database|"
    r"permission|access|user|admin|email|e-mail|rechnung|konto|passwort|lizenz|vertrag|zahlung|facture|compte"
    r"|contrat|licence|paiement|factura|cuenta|contraseña|licencia|contrato|pago)\b",
)
DENIED = _any(
    r"^(?:no|nope|nah|not (?:really|quite|yet|exactly)|nein|non|leider nicht|leider nein|pas vraiment|no,? (?:it|that) "
    r"(?:did|does)(?:n't| not)|(?:that|it|this) (?:didn't|did not|doesn't|does not) (?:help|work|solve"
    r"|fix)[^?]{0,40})[\s.!,]*$",
)
SOLVED = _any(
    r"^(?:(?:ok(?:ay)?|great|perfect|yes|yep|ah|oh|super|cool|awesome|good news|amazing|ja|oui|sí|si|brilliant"
    r"|never ?mind)[,.! ]+)*"
    r"(?:that|it|this|everything|all|we|i|problem|issue|das|es|ça|cela|c'est|eso|ya|which)?(?:'s| is| has|'ve| "
    r"have|'re| are| ist| hat| est"
    r"| a| est[aá])? ?(?:all |now |been |just |already |completely |totally |jetzt |bien )*(?:(?:did|does) "
    r"(?:the trick|it|work|help)|"
    r"worked|works|working (?:now|again|fine|perfectly)|fixed(?: it)?|solved(?: it)?|resolved|sorted(?: out)?"
    r"|helped|helps|"
    r"figured (?:it|that) out|found it|got it(?: working| sorted)?|all (?:good|set|clear)|makes sense|understood|noted|"
    r"funktioniert|geklappt|gelöst|erledigt|geholfen|läuft|klappt|résolue?|réglée?|marche|fonctionne|solucionado"
    r"|resuelto|"
    r"funciona|funcionó|arreglado)(?: (?:now|again|for (?:me|us)|fine|perfectly|great|like a charm|as expected|it"
    r"|that|jetzt|wieder|"
    r"super|alles|a lot|maintenant|bien|ahora|very much|on our (?:end|side)|on my (?:end|side)|already|out|then"
    r"|just fine|well"
    r"|my (?:problem|issue|question)|our (?:problem|issue)|the (?:problem|issue)|myself|me"
    r"|us))*(?:[,.! ]+(?:many |vielen |muchas )?(?:thanks?|thank you|thx|danke?|merci"
    r"|gracias)[^?\d]{0,20})?[\s.!,]*$",
)
CHITCHAT = _any(
    r"^(?:and |so |then )?(?:i|we)(?:'ll| will|'m going to| am going to) (?:try|check|test|have a look|take a "
    r"look|look into|do"
    r"|let you know|get back|come back|report back|keep you posted|give (?:it|that) a (?:try|go))\b(?!.*\b(?:if"
    r"|when|once|unless|but|how|what|why|where)\b)[^?]{0,60}$|^will (?:try|do|check|test)\b[^?]{0,30}$",
    r"^(?!.*\bis (?:this|that|it) a\b)[^?]{0,40}\b(?:jokes?|(?:fun|interesting) facts?|trivia"
    r"|riddle)\b[^?]{0,40}\??\s*$",
    r"^[^?]{0,40}\b(?:(?:meaning|purpose|point) (?:of|to|in) (?:life|existence)|(?:fall(?:ing|en)?|are|am|be|been"
    r"|i'm|you're) (?:\w+ )?in love)\b[^?]{0,30}\??\s*$",
    r"^(?:ai |so |hey )?(?:are you|how goes it|how ya|how you)(?: all)?(?: doing| feeling| keeping)? "
    r"?(?:ok(?:ay)?|well|alright|good|fine|great|all right)?(?: today| right now| these days)?[\s?!.]*$",
    r"^(?:ok(?:ay)?|k|kk|okey|alright|all right|right|sure|sure thing|fine|cool|nice|great|perfect|awesome|wow"
    r"|super|good|"
    r"yes|yep|yup|yeah|ya|y|no|nope|nah|n|maybe|perhaps|absolutely|exactly|indeed|correct|agreed|noted|understood"
    r"|got it|i see|"
    r"i understand|makes sense|sounds (?:good|great)|will do|done|haha\w*|hehe\w*|lol|lmao|rofl|ha|oops|sorry|my "
    r"bad|no problem|"
    r"no worries|np|you'?re (?:very |so |quite |most )*welcome|welcome|anytime|my pleasure|don't mention it|same "
    r"here|me too|"
    r"true|of course|fair enough|never ?mind|nvm|test(?:ing)?(?: 1 2 3)?|ping|congrat(?:s|ulations)|happy (?:new "
    r"year|birthday|"
    r"holidays|friday|monday|easter|thanksgiving|halloween|[a-z' ]{0,20}day)[a-z ]{0,16}|merry (?:christmas"
    r"|xmas)[a-z ]{0,16}|"
    r"ja|jo|jep|nein|genau|klar|alles klar|super|prima|passt|gerne|kein problem|verstanden|stimmt|oui|non"
    r"|d'accord|bien sûr|"
    r"parfait|super|entendu|de rien|très bien|sí|si|vale|claro|perfecto|de acuerdo|de nada|muy bien|genial"
    r"|entendido|bien|"
    r"bitte (?:schön|sehr)|sehr gut|einverstanden)(?:[ ,.!]+(?:ok(?:ay)?|then|yes|no|great|cool|got it|understood"
    r"|it is|will do|exactly|sure|everyone|all|too|guys|team|i see|that is|please|man|dude|ja|oui|sí))*[\s.!]*$",
    r"^(?:so |and |well |hey |but )*how(?:'s| is| are| have| was|'ve| were)(?: your| you| the| things| it| "
    r"everything| life| everyone|"
    r" ya| we)*(?: been| doing| going| day| week| weekend| today| tonight| hanging| feeling| so far| tricks| life"
    r"| evening| morning|"
    r" night| afternoon| monday| tuesday| wednesday| thursday| friday| saturday| sunday| lately| this| now| "
    r"keeping| all| sleep| with you| been treating you| treating you)*[\s?!.]*$",
    r"^(?:what's|whats|what is|wassup|sup|wazzup|what)(?: is)? ?(?:up|new|happening|good|cooking|cracking|going "
    r"on|poppin'?|the latest)?(?: with you| today| buddy| dude| man)?[\s?!.]*$",
    r"^(?:wie geht(?:'s| es)(?: dir| ihnen| euch)?|ça va|comment (?:ça va|allez-vous|vas-tu)|cómo (?:estás|está"
    r"|va|van)|qué tal)(?: heute| bien| todo)?[\s?!.]*$",
    r"^(?:i(?:'m| am)(?: just)? (?:joking|kidding|back|here|off|out|leaving|busy|bored|hungry|tired|happy|sad"
    r"|good|great|fine|ok|okay|"
    r"glad|sorry|very sorry|so sorry)|just (?:kidding|joking)|brb|afk|gtg|bbl|(?:i(?:'ll| will) )?be (?:right "
    r")?back(?: later| soon)?)(?: [a-z]+){0,3}[\s.!]*$",
    r"^(?:i )?(?:gotta|got to|have to|need to|must|should|better|am going to|'m going to|'m gonna) ?(?:go|run"
    r"|leave|jet|bounce|head out|sign off|log off|log out|sign out|get going)(?: now| soon| home| to bed)?[\s.!]*$",
    r"^(?:let me know )?(?:tell|say|know|share|give)(?: me| us)? (?:an?|another|some|any|your|the)? ?(?:other "
    r"|new |good |funny |"
    r"really )*(?:jokes?|fun facts?|trivia|something (?:funny|interesting|nice)|riddle|story)\b[^?]{0,40}[\s.!?]*$",
    r"^(?:so |hey |but )*(?:are|r) (?:you|u) (?:really |actually |even |just |like |perhaps |truly )*(?:a |an "
    r"|the )?(?:real|human|bot|"
    r"robot|person|machine|computer|ai|chatbot|alive|fake|artificial|automated|program)\b(?:[a-z, ]{0,40})[\s?!.]*$",
    r"^(?:what(?:'s| is|s)|tell me|may i (?:know|ask)|do you have|can i (?:know|ask)|i'd like to know) (?:your|ur"
    r"|a) (?:real |full |first |own )?"
    r"(?:name|age|birthday|gender|favou?rite [a-z]+|hobb(?:y|ies)|job|opinion of (?:me|ai))[\s?!.]*$",
    r"^who (?:made|created|built|programmed|designed|developed|coded|invented|are|owns|is) (?:you|ur boss|your "
    r"(?:boss|maker|creator))[\s?!.]*$",
    r"^how old (?:are|r) (?:you|u)\b[^?]{0,20}[\s?!.]*$|^where (?:are|were|do|did) you (?:from|born|live|come "
    r"from|located|grow up)\b[^?]{0,15}[\s?!.]*$",
)

# Words that thank, part or praise; and words that say nothing of their own beside them ("your answer was great").
THANKFUL = word_set("""
    appreciate appreciated appreciates appreciation cheers grateful gratitude kind kudos thank thankful
    thanking thanks thx
""")
CORDIAL = word_set("""
    adieu afternoon ahoy alligator aloha amazing awesome best brilliant bud buddy bye charmed cool delighted
    doll enjoyable enjoyed evening excellent fantastic farewell fellow friend friendly fun gator glad good
    goodbye goodnight gotcha great happy hello helpful hey hi hiya honored howdy kind kindness legend
    lifesaver lovely marvelous morning nice night peace perfect pleasant pleased pleasure rock rocks splendid
    star super superb sweet terrific thoughtful welcome wonderful wow yay
""")
BESIDE = word_set("""
    again ah ai always answer answered answering answers around assist assistance assistant assisted assisting
    back big bot catch chance chat chatted chatting conversation converse conversing day days device doing
    easier easy effort efforts end enough ever everything far fast feedback fine folks gesture go going gotta
    guys head heading help helped helping hope huge human info information introduction job know lately later
    leave leaving life look looking lot lots made make making man matter mean meet meeting met moment news
    night oh ok okay one part people providing quick quickly really reply replying responding response right
    room say saying see seeing service share sharing side signing sir solving soon speak speaking stay such
    support take taking talk talked talking team tell there things think time times today tomorrow tonight
    treat truly understanding week weekend well while wish wished work working world ya year yo
""")
# Content words of small talk. A message of at most sixteen words with no other content words is small talk.
SOCIAL_WORDS = word_set("""
    adorable afternoon ai alexa alive aloha alone amazing amusing ancestor angry animal ass astute attractive
    aunt awesome awful baby bbff beautiful beauty bed bedtime beer besties bff birth birthday birthdays bixby
    blah bless blue bored boring born boss bot boy boyfriend brain breakfast breathe brighter brightest
    brilliant bro brother bud buddy bummed bye calories cat chat chatbot chatting cheeky cheerful cheese
    chipper chitchat clever cleverest clown clueless coffee color comedian conquer cool cortana couple crazy
    creator creepy crush cry cuddle cute cuter dad dance dancing daughter death dejected delightful depressed
    depressing destroy dinner dog dominate downcast dream drunk dude dull dumb eat editorial enslave
    enthusiastic evening evil excited exciting eyes face family fantastic father favorite favourite feel
    feeling feelings fist five flirt fool friend friendly fun funny gay gender genius girl girlfriend glad
    gloomy glum god gonna good goodbye goodnight gorgeous gotta grandma great greetings grumpy guy hair
    haircut hal handsome happier happiest happy hate hater hear heart hearted hello hey hideous high hilarious
    hobbies hobby holiday homework honey hot hotter hug human humanity humans humor humour hungry hurt husband
    hush idiot idiotic imagination impressive insane intelligence intelligent interesting joke jokes joking
    kid kidding kiss lady lame laugh laughing laughter likable lol lonely lonesome lousy love loved lovely
    lover loving lunch mad marriage married marry marvelous melancholy mind miserable miss missed mom mood
    moon morning mother mouth nap nasty neat nice nicer night nobody noise noisy older opinion pal pals peeved
    perfect person personality pet pets pissed pizza planet pleasure poem prettier pretty quiet rad rap
    religion repulsive ridiculous robot robotics robots romantic sad salutations sane sassy sentient sex sexy
    shut siblings silly sing singing singularity siri sister skynet sleep sleepy smart smarter smartest smile
    snarky song songs sorry soul special sports spouse stars stunning stupid super sweet sweetheart terrible
    terrific tired tonight trivia ugly unhappy universe uprising upset vegan wanna wed weird wife woman
    wonderful worst yawn yo yummy
""")

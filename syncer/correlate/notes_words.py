"""The words that notes about knees are made of: English in full, basic German, French and Spanish.

Every word has one *sign*, a letter for the part it plays, so that a clause becomes a short string of letters whose
shape a pattern can describe ("no knee pain" is ``DKP``). Words are folded: lower case, no accents. A word that is
in no list is ``x``: its part is unknown, and what cannot be understood is never read as "no pain".
"""

from __future__ import annotations

from typing import Final

from syncer.domain.pain import Side

KNEE, KNEE_PAIN, PAIN, PART, SIDE = "K", "Q", "P", "B", "L"
NO, NOT, DEGREE, HEDGE = "D", "N", "W", "w"
HAVE, FILLER, FOR, GONE, PAINFREE, FINE = "V", "f", "F", "G", "Z", "O"
PAST, SUPPOSED, WISHED, OTHERS, PERSON = "T", "H", "J", "I", "M"
AND, OR, UNTIL, AGAIN, APPEAR, TOPIC, THERAPY = "C", "c", "U", "A", "R", "E", "Y"
RATED, SCORE, TAG, ZERO_TAG, OTHER_TAG, NUMBER, COLON, UNKNOWN = "o", "S", "#", "z", "h", "d", ":", "x"
CLAUSE_END, SENTENCE_END = "|", "."


def words(text: str) -> frozenset[str]:
    """The set of words in a text, for lists that are long to read with a comma after each."""
    return frozenset(text.split())


_WORDS: Final = {
    KNEE: """knee knees kneee kneecap kneecaps patella patellar patellofemoral meniscus
        knie knies kniee kniescheibe kniegelenk meniskus genou genoux rotule menisque rodilla rodillas rotula
        menisco""",
    KNEE_PAIN: """kneepain kneepains kneeache kneeaches pfps knieschmerz knieschmerzen kniebeschwerden knieprobleme
        lauferknie gonalgie gonalgia""",
    PAIN: """pain pains pained painful painfully hurt hurts hurting sore soreness ache aches ached aching achy achey
        achiness tender tenderness twinge twinges twinged twinging twingy niggle niggles niggled niggling niggly
        discomfort uncomfortable throb throbs throbbed throbbing stabbing swollen swelling inflamed inflammation
        irritated irritation flare flares flared flaring bother bothers bothered bothering grumble grumbles grumbled
        grumbling grumbly grumpy complain complains complained complaining complaint complaints problem problems
        issue issues trouble troubles troubled ouch ow angry unhappy cranky moan moaned moaning screaming screamed
        agony injured dodgy
        schmerz schmerzen schmerzt schmerzte schmerzten geschmerzt schmerzhaft weh wehgetan zwickt zwickte zwicken
        gezwickt ziept ziepte ziepen beschwerden probleme gereizt geschwollen sticht stechen stechend
        meldet meldete gemeldet
        douleur douleurs douloureux douloureuse douloureuses gene genant souffre souffert aie problemes souci soucis
        dolor dolores duele duelen dolia dolian dolio doler doliendo dolorida dolorido doloridas molestia molestias
        molesta molestan molesto molestaron molestaba molestando pinchazo pinchazos problema problemas""",
    PART: """hip hips ankle ankles calf calves achilles shin shins foot feet heel heels toe toes hamstring hamstrings
        hammy hammies quad quads glute glutes groin thigh thighs leg legs itb itbs shoulder shoulders neck elbow
        elbows wrist wrists hand hands head stomach tummy belly chest stitch arch plantar fascia soleus adductor
        adductors piriformis rib ribs muscle muscles butt bum arm arms finger toenail blister blisters skin throat
        hufte huften knochel wade waden achillessehne schienbein fuss fusse ferse zeh zehe zehen oberschenkel bein
        beine rucken schulter nacken kopf bauch leiste
        hanche hanches cheville chevilles mollet mollets tibia pied pieds talon orteil cuisse cuisses jambe jambes
        dos epaule tete ventre cadera caderas tobillo tobillos gemelo gemelos pantorrilla pie pies dedo muslo pierna
        piernas espalda hombro cabeza""",
    NO: """no zero without w/o w/out none nil nada nothing neither lack absence nope
        kein keine keinen keinem keiner keinerlei nein ohne null weder sans aucun aucune rien non
        sin ningun ninguna ninguno cero""",
    NOT: """not never didn't didnt don't dont doesn't doesnt isn't isnt wasn't wasnt aren't arent weren't werent
        hasn't hasnt haven't havent hadn't hadnt couldn't couldnt can't cant cannot won't wont ain't
        nicht nie niemals pas jamais nunca jamas tampoco""",
    DEGREE: """much too very quite completely entirely totally fully really real badly bad terribly terrible severe
        severely significant significantly major serious seriously particularly especially extreme extremely huge
        sehr viel richtig stark starke starken ganz beaucoup trop tres mucho mucha muy demasiado""",
    HEDGE: """hardly barely almost nearly mostly practically virtually relatively largely reasonably somewhat fairly
        scarcely ish kaum fast nahezu presque quasiment casi apenas""",
    HAVE: """have has had having get gets got getting feel feels felt feeling notice noticed noticing experience
        experienced experiencing suffer suffered suffering see saw sense sensed give gives gave giving given cause
        caused causing trigger triggered report reported seem seems seemed develop developed make makes made making
        detect detected find found start starts started starting begin began begun keep keeps kept
        habe hat hatte hatten haben gehabt spure spurte gespurt merke merkte gemerkt bemerkt macht machte machen tut
        tat fangt fing fuhlt fuhlte gefuhlt ai avait avais ressens ressenti senti eu fait faisait
        tengo tenia tuve tiene tienen siento notado noto aguanto aguantaron""",
    FILLER: """a an the my me i im i'm i've i'd we our us it its it's that thats this these those some any one single
        of in on at with from by to around about behind under below above inside outside near over along into
        during through after before since as like just only only slightly slight little bit tad touch kind sort type
        form hint sign signs trace slightest sensation was is are were be been being am do does did got
        can could may might must maybe perhaps probably possibly definitely clearly obviously sadly unfortunately
        luckily thankfully happily fortunately finally actually basically pretty also even ever yet far
        thing stuff whatsoever all anymore parts area region joint side sided top front middle end start way lot
        lots bits noticeable notable lingering residual remaining obvious further additional unusual usual typical
        weird strange particular specific new old annoying nagging sharp dull mild minor small post pre
        level score rating scale approx ca circa once whole entire next up down out off
        der die das den dem des ein eine einen einem einer mein meine meinem meinen meiner ich es im am an auf mit
        bei beim vom von war ist sind waren wurde bin wird sich gar ein bisschen etwas leichte leichter leichten
        leichtes leicht nur auch mehr immer schon uberhaupt irgendwelche was
        le la les l' un une des du de d' au aux mon ma mes je j' ce c' etait est sont n' ne en dans il elle y'a
        peu petit petite legere leger du tout
        el los las mi mis me se un una unos unas del al con en por es era esta estaba estan fue hay lo poco algo
        mas ya que leve ligero ligera""",
    FOR: "for fur pour para",
    GONE: """gone free disappeared vanished goodbye healed cured resolved weg verschwunden verflogen frei disparu
        disparue disparues desaparecido desaparecio""",
    PAINFREE: "painfree painless schmerzfrei schmerzfreie schmerzfreies schmerzlos beschwerdefrei indolore",
    FINE: """fine ok okay good great perfect perfectly well happy solid normal strong quiet silent behaved behaving
        amazing awesome brilliant excellent fantastic fresh alright calm stable gut super prima bestens stabil ruhig
        top klasse bien nickel ras parfait impeccable tranquille perfecta perfecto genial tranquila""",
    PAST: """yesterday ago formerly previously gestern vorgestern fruher damals ehemals autrefois ayer anteayer
        anoche antiguamente""",
    SUPPOSED: """scared afraid fear fearing fears feared worry worried worries worrying concerned nervous anxious
        avoid avoids avoiding avoided prevent prevents preventing prevented prevention preventive preventative
        if unless hope hopes hoping hoped hopefully risk risking protect protects protecting against expect expecting
        expected should will gonna tomorrow podcast article webinar lecture seminar
        angst gegen vermeiden verhindern vorbeugen vorbeugung wenn falls hoffe hoffentlich morgen
        peur eviter prevenir contre si espere esperons demain miedo evitar prevencion contra ojala manana espero""",
    WISHED: "would wish would've wouldn't",
    OTHERS: "whose his her hers their your ihr ihre ihrem sein seine seinem son sa su sus tu",
    PERSON: """he she everyone everybody someone somebody wife husband friend friends buddy partner girlfriend
        boyfriend mum mom mother dad father daughter brother sister coach dog kid kids colleague teammate
        frau mann freund freundin kollege kollegin tochter sohn bruder schwester er sie
        femme mari ami amie copain copine fille fils frere soeur mujer marido novia novio amigo amiga hijo hija
        hermano hermana""",
    AND: "and und et y",
    OR: "or nor oder ou o ni",
    UNTIL: """until till til except excluding besides initially bis ausser anfangs sauf hormis excepto salvo hasta
        jusque jusqu'a jusqu'au""",
    AGAIN: """again still now today tonight currently back wieder noch jetzt heute aktuell encore toujours maintenant
        aujourd'hui hoy ahora todavia aun sigue""",
    APPEAR: """return returns returned reappear reappeared appear appears appeared show shows showed come comes came
        there present kommt kam vorhanden spurbar da""",
    TOPIC: """exercises exercise relief clinic program programme specialist guide tips prehab rehab therapy treatment
        book blog study protocol ubungen prophylaxe vorzubeugen exercices ejercicios""",
    THERAPY: """stretch stretches stretching walks clams clamshells strength strengthening mobility yoga massage
        rolling drills routine advice cure remedy remedies""",
    RATED: """rpe effort exertion energy mood motivation sleep stress difficulty intensity fun enjoyment fitness
        fatigue tired tiredness overall session workout race run day week stage lap laps rep reps set sets
        interval intervals weather confidence readiness km mile anstrengung lauf tag woche
        seance course jour semaine sesion carrera dia semana""",
    CLAUSE_END: """but however though although because cuz coz cos bc so then while whereas despite which who when
        whenever where aber jedoch sondern obwohl weil denn dann wahrend trotz trotzdem mais pourtant car puis ensuite
        alors malgre parce pero aunque porque sino luego entonces mientras""",
}

_PHRASES: Final = {
    KNEE_PAIN: "runner 's knee|runners knee|jumper 's knee|jumpers knee",
    PAIN: """flare up|flared up|acting up|acts up|acted up|playing up|played up|plays up|killing me|gave way|gives way
        |giving way|gave out|gives out|giving out|lock up|locks up|locked up|locking up
        |except for my knee|mal au|mal aux|mal a|mal dans|mal de|fait mal
        |faisait mal|font mal|mal genou""",
    PAINFREE: """fait pas mal|fait plus mal|faisait pas mal|n' ai plus mal au|n' ai plus mal|ai plus mal au
        |ai plus mal|pain free|ache free|niggle free|discomfort free|symptom free|trouble free|issue free
        |schmerz frei""",
    PART: "lower back|upper back|my back|the back|back pain|back ache|it band",
    NO: """no longer|not any|n' ai plus de|n' ai plus|n' a plus|no more|nothing wrong with|not a|not one|pas de|pas d'
        |nada de""",
    FILLER: """not only|not just|no doubt|no wonder|no idea|not sure|no question|not to mention|no matter|no surprise
        |don't know|dont know|not good|no good|no thanks to|why not|if not|no less|not bad|not surprisingly
        |not surprised|for the first time|until the end|till the end|bis zum ende|jusqu'a la fin|hasta el final
        |the back of|my back of|so far|at all|of course|nicht nur|pas seulement|no solo|kein wunder|keine ahnung
        |all the way|even though i|a lot of|this is|there was|there were|there is|there 's|because of""",
    UNKNOWN: """knee drive|knee drives|knee lift|knee lifts|knee raise|knee raises|high knee|high knees|knee high
        |knee brace|knee braces|knee sleeve|knee sleeves|knee strap|knee straps|knee support|knee tape|knee taping
        |knee deep|knee warmers|knee socks|knee pads|knee bend|knee bends|knee extension|knee extensions|knee tuck
        |knee tucks|knee hug|knee hugs|knee length|knee height|knee jerk|knee exercise|knee exercises|knee rehab
        |knee strengthening|knee surgery|knee replacement|knee stability|no pain no gain|pain au chocolat|pain cave
        |pain train|take a knee|took a knee|on one knee""",
    THERAPY: "band walk|band walks|it band walk|it band walks",
    GONE: "went away|goes away|in luft aufgelost|stayed away|stays away|se fue",
    FINE: """held up|holding up|held out|all right|no drama|no dramas|all good|in ordnung|va bien|ca va|tient bon
        |todo bien|r a s""",
    PAST: """last week|last month|last year|last night|last time|last season|last summer|last winter|last spring
        |last autumn|last fall|last weekend|last monday|last tuesday|last wednesday|last thursday|last friday
        |last saturday|last sunday|last run|last race|last marathon|used to|in the past|back then|the other day
        |history of|when i was|as a kid|as a child|as a teenager|years ago|months ago|weeks ago|days ago|week ago
        |month ago|year ago|first run after|first run since|first run back from|back from|return from|returning from
        |comeback from|comeback after|return after|earlier this week|letzte woche|letzten monat|letztes jahr
        |letztes mal|letzten lauf|vor wochen|semaine derniere|mois dernier|annee derniere|avant hier|semana pasada
        |mes pasado|ano pasado""",
    SUPPOSED: """in case|to prevent|so that|not to|don't want|dont want|didn't want|didnt want|not want|next week
        |next run|next time|next race|next day|not because|going to|por si|so as""",
    HAVE: "could feel|can feel|could still feel|can still feel",
    UNTIL: """apart from|other than|aside from|at first|at the start|at the beginning|in the beginning|to begin with
        |to start with|for the first|in the first|at the end of|au debut|al principio|bis auf
        |a part|with the exception of""",
    AGAIN: "this time|this morning|this evening|not again|otra vez|de nuevo|came back|come back|coming back|immer noch",
    CLAUSE_END: "in spite of|a pesar de|a cause de|et puis|and then|y luego|und dann",
    TOPIC: "zu vermeiden|zu verhindern",
    PERSON: "mein freund|meine freundin",
}

_SIDES: Final = {
    Side.LEFT: "left lt l links linke linkes linken linker linkem gauche izquierda izquierdo izq",
    Side.RIGHT: "right rt r rechts rechte rechtes rechten rechter rechtem droit droite derecha derecho dcha",
    Side.BOTH: "both bilateral bilaterally lr rl beide beiden ambas ambos",
}

SIDES: Final = {word: side for side, listed in _SIDES.items() for word in listed.split()}
# "Right" and "left" are common words: these, right behind them, show that no side is meant.
NOT_A_SIDE_BEFORE: Final = words(
    """away after from at now before when where on off there until through here the my for early home me work it to
    over behind in"""
)


def _sign_words() -> dict[str, str]:
    signs: dict[str, str] = dict.fromkeys(SIDES, SIDE)
    for sign, listed in _WORDS.items():
        for word in listed.split():
            signs.setdefault(word, sign)
    return signs


def _sign_phrases() -> dict[tuple[str, str], tuple[tuple[tuple[str, ...], str], ...]]:
    """Phrases by their first two words, the longest first."""
    starts: dict[tuple[str, str], list[tuple[tuple[str, ...], str]]] = {}
    for sign, phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            parts = tuple(phrase.split())
            starts.setdefault((parts[0], parts[1]), []).append((parts, sign))
    return {first: tuple(sorted(found, key=lambda item: -len(item[0]))) for first, found in starts.items()}


SIGNS: Final = _sign_words()
PHRASES: Final = _sign_phrases()

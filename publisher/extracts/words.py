"""What is known of languages: abbreviations, words that open a sentence, words that say little. And counting words.

A language is a BCP 47 tag; only its first part counts. For a language not listed here the abbreviations of English
serve, and words of three letters or fewer count as saying little (extracts.md 5.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Han and kana: scripts whose words no space parts. Two characters are counted as one word (extracts.md 4.4)."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Words before a full stop, in lower case and without it.

    `never`: no sentence ends with it; `rarely`: one does if the next word is an opener; `numbered`: none ends with it
    where a number follows. `openers`: words that often begin a sentence and seldom are names.
    """

    never: frozenset[str]
    rarely: frozenset[str]
    numbered: frozenset[str]
    openers: frozenset[str]
    has_ordinals: bool = False
    """A number and a full stop is an ordinal number: `am 3. Oktober`."""


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


EVERYWHERE = listed("dr prof mr mrs st vs ca cf")
NUMBERED = listed("no nr nos art fig figs vol vols p pp ch sec op pt eq cap")

ENGLISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "ms mx drs rev hon gen col lt capt cpl sgt maj cmdr adm sen rep reps gov pres messrs mt ft fr sr. viz approx"
        " dept univ assn ave blvd eds eg ie e.g i.e a.k.a w.r.t supt insp det"
    ),
    rarely=listed(
        "etc inc ltd co corp bros jr sr esq jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m am pm ph.d m.d"
        " b.a m.a u.s u.k u.n e.u d.c al ed est min max misc mfg rd hwy"
    ),
    numbered=NUMBERED,
    openers=listed(
        "the a an this that these those it its he she we they i you his her our their my your there here in on at of"
        " as if when while after before since because although though for from with by to but and or so yet nor not no"
        " now then what who how why where which one some many most all both each every other such however still even"
        " only more until under over is are was were will would can could may do does did has have had"
    ),
)

GERMAN = Abbreviations(
    never=EVERYWHERE
    | listed(
        "hr fr frl ing dipl med phil bzw z.b d.h u.a z.t v.a i.d.r u.u vgl evtl ggf sog geb gest inkl exkl zzgl abzgl"
        " mio mrd tel rund. allg bes insb hrsg prof.dr s.a s.o s.u"
    ),
    rarely=listed("usw etc str jh jhd jan feb mär apr jun jul aug sep sept okt nov dez u.v.m uvm ff co v.chr n.chr"),
    numbered=NUMBERED | listed("bd abs kap abb s nrn ziff"),
    openers=listed(
        "der die das ein eine er sie es wir ihr ich dies diese dieser dieses in im am an auf aus bei mit nach seit von"
        " vor zu zum zur und aber doch denn wenn als da dann so wie was wer wo warum jedoch auch nur noch nicht kein"
        " keine alle viele für über unter durch bis man hier dort heute"
    ),
    has_ordinals=True,
)

FRENCH = Abbreviations(
    never=EVERYWHERE | listed("m mm mme mmes mlle mlles me mgr ste av bd fbg env p.ex c.-à-d cad éd dir réf"),
    rarely=listed("etc janv févr avr juil sept oct nov déc apr j.-c j.c"),
    numbered=NUMBERED | listed("n t chap"),
    openers=listed(
        "le la les un une des il elle ils elles on nous vous je tu ce cet cette ces c son sa ses leur leurs dans en à"
        " au aux de du pour par sur sous avec sans mais et ou or donc car si quand lorsque comme après avant depuis"
        " pendant selon il y qui que quoi où pourquoi comment tout tous toute toutes aucun"
    ),
)

SPANISH = Abbreviations(
    never=EVERYWHERE | listed("sr sra sres sras srta d dª dña ud uds vd vds lic gral cnel ing av avda ee p.ej admón"),
    rarely=listed("etc ee.uu a.c d.c s.a cía izq dcha"),
    numbered=NUMBERED | listed("núm pág págs n cap tel"),
    openers=listed(
        "el la los las un una unos unas él ella ellos ellas yo tú nosotros se lo le su sus este esta esto estos estas"
        " ese esa en de del al a por para con sin sobre desde hasta entre pero y e o ni si cuando como aunque porque"
        " después antes no sí ya también hay es son fue era que quien qué todo todos"
    ),
)

ITALIAN = Abbreviations(
    never=EVERYWHERE | listed("sig sigg sig.ra sig.na dott dott.ssa ing avv arch geom on sen gen col es p.es ecc.mo"),
    rarely=listed("ecc etc s.p.a s.r.l a.c d.c gen. feb apr giu lug ago sett ott nov dic"),
    numbered=NUMBERED | listed("n pag pagg tel"),
    openers=listed(
        "il lo la i gli le un uno una l egli ella lui lei loro noi io tu si questo questa questi queste quello quella"
        " in di del della a al alla da dal per con su tra fra ma e ed o se quando come dopo prima perché non anche già"
        " ora poi è sono era che chi dove tutto tutti"
    ),
)

DUTCH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "dhr mevr mw drs ing ir mr jhr ds bijv bv d.w.z o.a m.n z.g zgn resp evt incl excl m.b.t i.v.m t.o.v i.p.v"
    ),
    rarely=listed("enz e.d etc jan feb mrt apr jun jul aug sept okt nov dec v.chr n.chr"),
    numbered=NUMBERED | listed("blz nrs hfst tel"),
    openers=listed(
        "de het een hij zij ze wij we ik jij je u dit dat deze die er in op aan bij met na naar van voor door over"
        " onder en maar want dus of als toen wanneer omdat hoewel zo ook nog niet geen alle veel hier daar nu wat wie"
    ),
)

FINNISH = Abbreviations(
    never=EVERYWHERE | listed("esim ks vrt ts tms nk ns mm mrs prof tri fil huom synt"),
    rarely=listed("jne ym yms jr eaa ekr jkr klo v"),
    numbered=NUMBERED | listed("s ss n nro"),
    openers=listed(
        "se ne hän he minä sinä me te tämä tuo nämä nuo siitä siinä sitä niitä mutta ja tai vaan kun jos koska vaikka"
        " nyt sitten silloin siellä täällä myös vielä vain ei en on oli olivat ovat miksi mikä kuka missä kaikki moni"
    ),
    has_ordinals=True,
)

SWEDISH = Abbreviations(
    never=EVERYWHERE | listed("bl.a t.ex d.v.s dvs s.k ev exkl inkl jfr resp ung f.d fr.o.m t.o.m p.g.a kand fil"),
    rarely=listed("etc osv m.m m.fl o.d jan feb apr jun jul aug sept okt nov dec f.kr e.kr"),
    numbered=NUMBERED | listed("s sid kap kl tel"),
    openers=listed(
        "den det de en ett han hon vi jag du ni man denna detta dessa i på av för från med om till vid efter före"
        " under över och men eller så när då som att där här nu inte ingen alla många vad vem varför också är var"
    ),
)

RUSSIAN = Abbreviations(
    never=listed("т.е т.к т.н напр проф акад доц им ул пр просп пл пер д-р г-н г-жа см ср св о-в обл р-н гл ред тел"),
    rarely=listed("т.д т.п др пр руб коп тыс млн млрд г гг в вв н.э до.н.э сша и.т.д и.т.п"),
    numbered=listed("стр с рис табл ст п пп гл № т"),
    openers=listed(
        "он она оно они мы я вы ты это этот эта эти тот та те в во на по из за от до с со к ко о об у при для без над"
        " под и но а или да же если когда пока хотя потому так как что кто где почему не ни все всё многие также уже"
        " еще ещё только там здесь теперь потом после перед"
    ),
)

ABBREVIATIONS = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "it": ITALIAN,
    "nl": DUTCH,
    "fi": FINNISH,
    "sv": SWEDISH,
    "ru": RUSSIAN,
}


def primary(language: str) -> str:
    """`en` of `en-GB`."""
    return language.replace("_", "-").partition("-")[0].lower()


def abbreviations_of(language: str) -> Abbreviations:
    return ABBREVIATIONS.get(primary(language), ENGLISH)


def word_count(text: str) -> int:
    """Runs of non-space; in scripts without spaces two characters are one word."""
    characters = len(CJK.findall(text))
    if not characters:
        return len(text.split())
    return len(CJK.sub(" ", text).split()) + (characters + 1) // 2

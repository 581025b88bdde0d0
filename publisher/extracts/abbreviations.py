"""Abbreviations and words that open a sentence, per language (extracts.md 3).

Months and week days stand with the abbreviations before a number: `Mar. 5` is a date, `mar. Después` the sea.
For a language not listed here those of English serve.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.extracts.words import listed, primary


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """Words before a full stop, in lower case and without it; `z. B.` is written `z.b`.

    `never`: no sentence ends with it; `rarely`: one does if the next word is an opener; `numbered`: none ends with it
    where a number follows. `openers`: words that often begin a sentence and seldom are names; `particles`: those of
    them that follow an initial in names (`J. Le Goff`).
    """

    never: frozenset[str]
    rarely: frozenset[str]
    numbered: frozenset[str]
    openers: frozenset[str]
    particles: frozenset[str] = frozenset()
    eras: frozenset[str] = frozenset()
    """Words like `B.C.`: a sentence of more than five words ends with one unless a number follows."""
    speech: frozenset[str] = frozenset()
    """Verbs between which and a quotation no sentence ends: `“Go!” Moor said.`"""
    has_ordinals: bool = False
    """A number and a full stop is an ordinal number also where upper case follows: `am 3. Oktober`."""


EVERYWHERE = listed("dr prof mr mrs ms st vs ca cf")
NUMBERED = listed(
    "no nr nos art fig figs vol vols p pp ch sec op pt eq cap n° nº no° № abs tel fax ext § str ed jan feb mar apr jun"
    " jul aug sep okt oct nov dec dez"
)

ENGLISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "mx drs rev revd hon gen col lt lieut capt cpl sgt maj brig cmdr adm sen gov pres messrs mlle mme mt fr viz"
        " approx dept univ assn eds e.g i.e a.k.a w.r.t supt insp det asst wm chas thos sens govs gens profs lt.col"
        " lt.gen maj.gen rt"
    ),
    rarely=listed(
        "etc inc ltd co corp bros jr sr esq jan feb apr jun jul aug sept oct nov dec a.m p.m ph.d m.d b.sc m.sc d.phil"
        " b.a m.a u.s u.k u.n e.u d.c al est min misc mfg rd hwy rep reps ft assoc dist ave blvd eg ie"
        " ala ariz calif colo conn fla kan mich minn neb nev okla tenn tex wis wyo"
    ),
    numbered=NUMBERED | listed("sept mon tue tues wed thu thur thurs fri sat sun chap para paras ver"),
    openers=listed(
        "the a an this that these those it its he she we they i you his her our their my your there here in on at of"
        " as if when while after before since because although though for from with by to but and or so yet nor not no"
        " now then what who how why where which one some many most all both each every other such however still even"
        " only more until under over is are was were will would can could may do does did has have had during despite"
        " according later meanwhile perhaps once just unlike instead also another"
    ),
    eras=listed("b.c a.d b.c.e c.e"),
    speech=listed(
        "said says say asked asks ask replied replies cried cries called calls shouted shouts whispered whispers"
        " answered answers exclaimed added adds told muttered wondered yelled sighed laughed insisted screamed howled"
        " began started"
    ),
)

GERMAN = Abbreviations(
    never=EVERYWHERE
    | listed(
        "hr fr frl ing dipl med phil jur rer nat bzw z.b d.h u.a z.t z.zt v.a i.d.r i.a i.allg u.u m.e m.w m.a.w vgl"
        " evtl ggf ggfs sog geb gest gegr inkl exkl einschl zzgl abzgl mio mrd allg bes insb insbes hrsg prof.dr s.a"
        " s.o s.u bspw bzgl ehem eigtl engl frz kath ev evang dt österr hl staatl urspr verh wg o.g dipl.-ing"
    ),
    rarely=listed(
        "usw usf etc str jh jhd jan feb mär apr jun jul aug sep sept okt nov dez u.v.m u.ä o.ä u.dgl dgl uvm ff co"
        " v.chr n.chr chr e.v gmbh a.d a.m ii iii iv vi vii viii ix xi xii xiii xiv xv xvi"
    ),
    numbered=NUMBERED | listed("bd abs kap abb s nrn ziff mo di mi do fr sa so anm aufl jg z"),
    openers=listed(
        "der die das ein eine er sie es wir ihr ich dies diese dieser dieses in im am an auf aus bei mit nach seit von"
        " vor zu zum zur und aber doch denn wenn als da dann so wie was wer wo warum jedoch auch nur noch nicht kein"
        " keine alle viele für über unter durch bis man hier dort heute dabei damit danach dem den einem einen einer"
        " obwohl während nachdem später trotz laut ob sein seine ihre mein unser"
    ),
    has_ordinals=True,
)

FRENCH = Abbreviations(
    never=EVERYWHERE
    | listed("m mm mme mmes mlle mlles me mgr ste av bd fbg env p.ex c.-à-d cad éd dir réf adj boul m.m"),
    rarely=listed("etc janv févr avr juil sept oct nov déc apr cie p.-s s.a s.a.r.l"),
    numbered=NUMBERED | listed("n t chap pages janv févr avr juil sept déc lun mer jeu ven sam dim liv"),
    openers=listed(
        "le la les un une des il elle ils elles on nous vous je tu ce cet cette ces c son sa ses leur leurs dans en à"
        " au aux de du pour par sur sous avec sans mais et ou or donc car si quand lorsque comme après avant depuis"
        " pendant selon y qui que quoi où pourquoi comment tout tous toute toutes aucun l d j n s qu cela puis ainsi"
        " cependant malgré"
    ),
    particles=listed("le la les du de des d l"),
    eras=listed("j.-c j.c"),
)

SPANISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "sr sra sres sras srta srtas dra dres dras d dª dña ud uds vd vds lic gral cnel ing arq av avda ee p.ej ej"
        " admón cra mtro mons fco mª mt ntra sto sta"
    ),
    rarely=listed("etc ee.uu uu rr.hh s.a s.l cía izq dcha c.v r.l"),
    numbered=NUMBERED
    | listed(
        "núm núms pág págs n cap tel párr párrf párrs aprox ene abr may ago set dic lun mar mié jue vie sáb dom apdo"
        " incl"
    ),
    openers=listed(
        "el la los las un una unos unas él ella ellos ellas yo tú nosotros se lo le su sus este esta esto estos estas"
        " ese esa en de del al a por para con sin sobre desde hasta entre pero y e o ni si cuando como aunque porque"
        " después antes no sí ya también hay es son fue era que quien qué todo todos según tras durante así además"
    ),
    eras=listed("a.c d.c a.e.c"),
)

PORTUGUESE = Abbreviations(
    never=EVERYWHERE
    | listed(
        "sr sra srs sras srta dra drs profa prof.ª d dª dom eng arq av exmo exma ilmo v.exa p.ex aprox cel cap gen"
        " sta sto r pça"
    ),
    rarely=listed("etc s.a ltda cia jr e.u.a fev abr mai ago set out dez séc"),
    numbered=NUMBERED | listed("n nº núm pág págs tel fev abr mai ago set out dez séc"),
    openers=listed(
        "o a os as um uma uns umas ele ela eles elas eu tu nós você vocês se este esta isto esse essa isso aquele"
        " aquela em no na nos nas de do da dos das ao à por para com sem sobre desde até entre mas e ou nem quando como"
        " embora porque depois antes não sim já também há é são foi era que quem qual todo todos toda segundo após"
        " durante assim além"
    ),
    eras=listed("a.c d.c"),
)

ITALIAN = Abbreviations(
    never=EVERYWHERE
    | listed(
        "sig sigg sig.ra sig.na dott dott.ssa dr.ssa prof.ssa ing avv arch geom rag on sen gen col ten cap mons es"
        " p.es ecc.mo egr gent spett ill amm dir ingg psicol s ss v.le p.za c.so"
    ),
    rarely=listed("ecc etc s.p.a s.r.l feb apr giu lug ago sett ott nov dic c.a u.s.a"),
    numbered=NUMBERED | listed("n pag pagg tel gen mag giu lug ago set sett ott dic lun mer gio ven sab dom artt"),
    openers=listed(
        "il lo la i gli le un uno una l egli ella lui lei loro noi io tu si questo questa questi queste quello quella"
        " in di del della a al alla da dal per con su tra fra ma e ed o se quando come dopo prima perché non anche già"
        " ora poi è sono era che chi dove tutto tutti secondo nel nella durante inoltre"
    ),
    particles=listed("di del della la lo le da dal i gli"),
    eras=listed("a.c d.c a.e.v e.v p.e.v"),
)

DUTCH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "dhr mevr mw drs ing ir mr jhr ds bijv bv d.w.z o.a m.n z.g zgn resp evt incl excl m.b.t i.v.m t.o.v i.p.v"
        " t.a.v a.u.b m.a.w n.a.v o.l.v t.b.v z.s.m d.m.v m.i.v burg gen kol"
    ),
    rarely=listed("enz e.d etc jan feb mrt apr jun jul aug sept okt nov dec v.chr n.chr e.a n.v b.v p.s"),
    numbered=NUMBERED | listed("blz nrs hfst tel mrt sept ma di wo do vr za zo afb"),
    openers=listed(
        "de het een hij zij ze wij we ik jij je u dit dat deze die er in op aan bij met na naar van voor door over"
        " onder en maar want dus of als toen wanneer omdat hoewel zo ook nog niet geen alle veel hier daar nu wat wie"
        " volgens tijdens daarna sinds tot om hun haar zijn onze"
    ),
    particles=listed("de van het ter"),
)

FINNISH = Abbreviations(
    never=EVERYWHERE
    | listed("esim ks vrt ts tms nk ns mm mrs prof tri fil huom synt maist tekn toht lis kenr ev evl ml mlk os nyk"),
    rarely=listed("jne ym yms jr klo v jaa n.s ko em"),
    numbered=NUMBERED | listed("s ss n nro puh klo v"),
    openers=listed(
        "se ne hän he minä sinä me te tämä tuo nämä nuo siitä siinä sitä niitä mutta ja tai vaan kun jos koska vaikka"
        " nyt sitten silloin siellä täällä myös vielä vain ei en on oli olivat ovat miksi mikä kuka missä kaikki moni"
        " tällä tässä tästä hänen heidän sen niiden lisäksi kuitenkin vuonna toinen ensin"
    ),
    has_ordinals=True,
    eras=listed("eaa ekr jkr e.kr j.kr"),
)

SWEDISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "bl.a t.ex d.v.s dvs s.k ev exkl inkl jfr resp ung f.d fr.o.m t.o.m p.g.a kand fil dir ing hr fr frk s:t s:ta"
        " i.o.m m.a.o tf bla tex"
    ),
    rarely=listed("etc osv o.s.v m.m m.fl o.d o.dyl jan feb apr jun jul aug sept okt nov dec kr"),
    numbered=NUMBERED | listed("s sid kap kl tel nr sept mån tis ons tors fre lör sön"),
    openers=listed(
        "den det de en ett han hon vi jag du ni man denna detta dessa i på av för från med om till vid efter före"
        " under över och men eller så när då som att där här nu inte ingen alla många vad vem varför också är var"
        " enligt sedan trots hans hennes deras eftersom"
    ),
    eras=listed("f.kr e.kr"),
)

DANISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "hr fr frk skt sct bl.a f.eks d.v.s dvs evt inkl ekskl jf pga p.g.a f.x mht m.h.t vedr cand mag ing dir adj"
        " ang div fhv s.k såk p.t i.f.m ifm bla feks chr alm gl kgl vilh jur"
    ),
    rarely=listed(
        "etc osv o.s.v m.m m.v m.fl o.l o.lign mv mfl jan feb mar apr jun jul aug sept okt nov dec kr co inc ltd jr"
        " a/s aps str mio mia"
    ),
    numbered=NUMBERED | listed("s kap kl tlf tel nr sept man tirs ons tors fre lør søn stk pkt"),
    openers=listed(
        "den det de en et han hun vi jeg du man i denne dette disse på af for fra med om til ved efter før under over"
        " og men eller så når da som at der her nu ikke ingen alle mange hvad hvem hvorfor hvordan hvor også er var"
        " ifølge siden hans hendes deres fordi hvis selv"
    ),
    eras=listed("f.kr e.kr f.v.t e.v.t"),
)

NORWEGIAN = Abbreviations(
    never=EVERYWHERE
    | listed(
        "hr fr frk st bl.a f.eks d.v.s dvs evt inkl ekskl jf jfr pga p.g.a mht m.h.t vedr cand mag ing dir ang div s.k"
        " såk p.t ifm feks red chr kgl"
    ),
    rarely=listed(
        "etc osv o.s.v m.m m.v m.fl o.l mv mfl jan feb mars apr jun jul aug sept okt nov des kr jr a/s mill mrd"
    ),
    numbered=NUMBERED | listed("s kap kl tlf tel nr sept des man tirs ons tors fre lør søn pkt"),
    openers=listed(
        "den det de en et ei han hun vi jeg du dere man i denne dette disse på av for fra med om til ved etter før"
        " under over og men eller så når da som at der her nå ikke ingen alle mange hva hvem hvorfor hvordan hvor også"
        " er var ifølge siden hans hennes deres fordi hvis selv"
    ),
    eras=listed("f.kr e.kr"),
)

POLISH = Abbreviations(
    never=EVERYWHERE
    | listed(
        "np tzn tj tzw m.in mgr inż hab doc red gen płk ppłk mjr kpt por ul al pl os im św ks bp abp kard o.o ww wg ok"
        " godz zob szer dł pt ur zm woj pow gm pn mec mł ps tel lek dot ang łac fr niem ros przyp ws"
    ),
    rarely=listed("itd itp etc r w tys mln mld zł gr s.a sp.z.o.o cdn jr in i.in"),
    numbered=NUMBERED | listed("s str t nr rys tab pkt ust poz rozdz godz"),
    openers=listed(
        "to ten ta te ci on ona ono oni one my wy ja ty w we na z ze do od po za przy przed pod nad o u dla bez przez"
        " i a ale lub albo czy że gdy kiedy jeśli jeżeli choć ponieważ bo więc jednak jak co kto gdzie dlaczego nie tak"
        " już także również tylko tam tu teraz potem są był była było jest jego jej ich według podczas wszystko wszyscy"
    ),
    eras=listed("n.e p.n.e r"),
)

RUSSIAN = Abbreviations(
    never=listed(
        "т.е т.к т.н т.наз напр проф акад доц ул просп пл пер д-р г-н г-жа гг-н см ср св о-в обл р-н гл ред"
        " пос пгт дер бул наб корп канд докт асс ген кап лейт букв лат англ франц итал греч"
    ),
    rarely=listed("т.д т.п др пр им руб коп тыс млн млрд трлн г гг в вв и.т.д и.т.п и.др мин сек ч"),
    numbered=listed("стр с рис табл ст п пп гл № т кв д рейс разд ч тел вып изд л"),
    openers=listed(
        "он она оно они мы я вы ты это этот эта эти тот та те в во на по из за от до с со к ко о об у при для без над"
        " под и но а или да же если когда пока хотя потому так как что кто где почему не ни все всё многие также уже"
        " еще ещё только там здесь теперь потом после перед его её ее их согласно самый самым однако"
    ),
    eras=listed("н.э г гг"),
)

ABBREVIATIONS = {
    "en": ENGLISH,
    "de": GERMAN,
    "fr": FRENCH,
    "es": SPANISH,
    "pt": PORTUGUESE,
    "it": ITALIAN,
    "nl": DUTCH,
    "fi": FINNISH,
    "sv": SWEDISH,
    "da": DANISH,
    "nb": NORWEGIAN,
    "nn": NORWEGIAN,
    "no": NORWEGIAN,
    "pl": POLISH,
    "ru": RUSSIAN,
}


def abbreviations_of(language: str) -> Abbreviations:
    return ABBREVIATIONS.get(primary(language), ENGLISH)

"""Words that say little, per language: left out where candidates are compared with the article (extracts.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterable

from publisher.extracts.words import listed, primary

STOP_WORDS = {
    "en": listed(
        "about above after again against all almost along already also although always am among an and another"
        " any are aren't around as at away back be became because become been before behind being below between"
        " both but by came can can't cannot come could couldn't did didn't do does doesn't doing don't done down"
        " during each either else enough even ever every few for from further get gets getting give given go goes"
        " going gone got had hadn't has hasn't have haven't having he he's hence her here hers herself him himself"
        " his how however if in indeed instead into is isn't it it's its itself just keep kept know less let let's"
        " like made make makes many may maybe me might mine more most much must my myself near neither never next"
        " no nor not nothing now of off often on once one only onto or other others our ours ourselves out over"
        " own per perhaps put quite rather really said same say says see seem seemed seems several she she's"
        " should shouldn't since so some something still such take taken than that that's the their theirs them"
        " themselves then there there's these they they're they've thing things this those though through thus"
        " till to together too took toward towards two under unless until up upon us use used uses using very was"
        " wasn't way we we're we've well went were weren't what what's when where whether which while who whole"
        " whom whose why will with within without won't would wouldn't yet you you're your yours yourself"
    ),
    "de": listed(
        "aber alle allem allen aller alles als also am an andere anderen anderer anderes auch auf aus bei beim"
        " bin bis bist da dabei dadurch dafür damit dann daran darauf darf darin darum das dass davon dazu dein"
        " dem den denn der deren des dessen dich die dies diese diesem diesen dieser dieses dir doch dort du durch"
        " ein eine einem einen einer eines einige er es etwa etwas euch euer für gegen gibt habe haben hat hatte"
        " hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem"
        " jeden jeder jedes jedoch kann kein keine keinem keinen keiner können könnte machen man manche mehr mein"
        " meine mich mir mit muss müssen nach nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem"
        " seinen seiner seit selbst sich sie sind so solche soll sollte sondern sonst über um und uns unser unsere"
        " unter viel viele vom von vor war waren warum was weder weil weiter welche welcher wenn wer werde werden"
        " wie wieder will wir wird wo wurde wurden würde zu zum zur zwar zwischen"
    ),
    "fr": listed(
        "afin ai ainsi alors au aucun aucune aussi autre autres aux avait avant avec avoir bien car ce cela celle"
        " celles celui ces cet cette ceux chaque chez ci comme comment contre dans de depuis des deux donc dont du"
        " elle elles en encore entre est et étaient était étant être eu eux fait faire fois font ici il ils je"
        " jusque la le les leur leurs lors lorsque lui ma mais me même mêmes mes moi moins mon ne ni non nos notre"
        " nous on ont or ou où par parce pas pendant peu peut plus plusieurs pour pourquoi puis quand que quel"
        " quelle quelles quelques quels qui quoi sa sans se sera ses si soi soit son sont sous sur ta te tel telle"
        " tes toi ton tous tout toute toutes très trop tu un une vers voir vont vos votre vous"
    ),
    "es": listed(
        "al algo algunas algunos ante antes aquel aquella así aún aunque bajo bien cada casi como cómo con contra"
        " cual cuando de del desde donde dos durante el él ella ellas ellos en entre era eran es esa esas ese eso"
        " esos esta está están estas este esto estos fue fueron ha había hace hacia han hasta hay la las le les lo"
        " los más me mi mientras mis mucho muchos muy nada ni no nos nosotros nuestra nuestro o os otra otras otro"
        " otros para pero poco por porque pues que qué quien quién se sea según ser si sí sido sin sino sobre solo"
        " son su sus también tan tanto te tiene tienen toda todas todo todos tras tu tus un una unas uno unos"
        " usted y ya yo"
    ),
    "it": listed(
        "ad agli ai al alcuni alla alle allo anche ancora avere aveva c che chi ci come con contro così cui da"
        " dagli dai dal dalla dalle dallo degli dei del dell della delle dello dentro di dopo dove due e ed era"
        " erano essere fa fare fino fra fu già gli ha hanno ho i il in io la le lei li lo loro lui ma me mentre mi"
        " mia mio molto ne negli nei nel nell nella nelle nello noi non nostra nostro o ogni ora per perché più"
        " poi prima proprio può qual quale quando quanto quella quelle quelli quello questa queste questi questo"
        " qui se sei senza si sia sia sono sopra sotto sta stato su sua sue sugli sui sul sulla sulle suo suoi tra"
        " tu tutta tutte tutti tutto un una uno vi voi"
    ),
    "nl": listed(
        "aan al alle alleen als altijd andere bij daar dan dat de deze die dit doen door dus een eens en er geen"
        " geweest haar had hadden hebben heeft hem het hier hij hoe hun iets ik in is ja je jij kan kon kunnen"
        " maar me meer men met mij mijn moet moeten na naar niet niets nog nu of om omdat onder ons onze ook op"
        " over reeds te tegen toch toen tot u uit uw van veel voor waar waren was wat wel werd werden wie wij wil"
        " worden wordt zal ze zelf zich zij zijn zo zonder zou zouden"
    ),
    "fi": listed(
        "ehkä ei eivät eli emme en enää ennen esimerkiksi että he heidän heille heitä hän häneen häneltä hänelle"
        " hänen häntä itse ja jo joita joka jolla jolle jonka jopa jos joskus jossa josta jota jotka jotta juuri"
        " kaikki kanssa kautta koko koska kuin kuitenkin kuka kun kuten lisäksi me meidän meille meitä mikä minkä"
        " minä minun missä mistä mitä moni monia mukaan mutta muu muut myös ne niiden niille niin niitä noin nyt"
        " nämä näin näitä ole olemme olen olet oli olisi olisivat olivat olla olleet ollut on ovat paljon pois"
        " päälle saa se sekä sen siellä siihen siinä siitä silloin sillä sinä sitä sitten tai tavalla te tuli tuo"
        " tähän täällä tämä tämän tässä tästä tätä vaan vai vaikka vain vasta vielä voi voidaan voivat yksi"
    ),
    "sv": listed(
        "all alla allt alltid andra att av bara blev bli blir bland bort de dem den denna deras dess dessa det"
        " detta dig din dina dit ditt du där därför då efter eller en ett från får för före genom gör ha hade han"
        " hans har henne hennes här hon honom hos hur i in ingen inget innan inom inte ja jag kan kom kommer kunde"
        " kunna man med mellan men mer mest mig min mina mitt mot mycket måste ned nej ner ni nog nu när någon"
        " något några och också om oss på redan sedan sig sin sina sitt skulle ska själv som så sådan till under"
        " upp ut utan vad var vara varför varit varje vem vi vid vilka vilken vilket vill vår våra är än ännu över"
    ),
    "ru": listed(
        "без более больше бы был была были было быть в вам вас ведь во вот впрочем все всегда всего всех всё вы"
        " где да даже два для до другой его ее ей ему если есть еще ещё её же за зачем здесь и из или им иногда их"
        " к как какая какой когда кто ли лишь лучше между меня мне много может можно мой моя мы на над надо"
        " наконец нас не него нее ней нельзя нет ни нибудь никогда ним них ничего но ну о об один он она они оно"
        " опять от перед по под после потом потому почти при про раз разве с сам свою своей своего свой себе себя"
        " со совсем так такой там тебя тем теперь то тогда того тоже только том тот три тут ты у уж уже хоть чего"
        " чем через что чтоб чтобы чуть эти это этого этой этом этот эту я"
    ),
}


def telling(words: Iterable[str], *, language: str) -> list[str]:
    """The lower-case words that are no stop words; of a language without a list those of more than three letters."""
    listed_words = STOP_WORDS.get(primary(language))
    if listed_words is None:
        return [word for word in words if len(word) > 3 or word.isdecimal()]
    return [word for word in words if len(word) > 1 and word not in listed_words]

"""Which column of a list of creators is which, whatever whoever kept it called it."""

import re
import unicodedata
from collections.abc import Sequence

#: What each column may be called, best first, without case, marks, spaces and signs.
NAMES: dict[str, tuple[str, ...]] = {
    "handle": (
        *("handle", "username", "user", "accounthandle", "igusername", "ighandle", "instahandle"),
        *("instagramhandle", "instagramusername", "tiktokhandle", "tiktokusername", "tiktokername"),
        *("youtubehandle", "youtubechannel", "channelhandle", "influencerinstaname", "instaname"),
        *("screenname", "account", "accountname", "profile", "profilename", "login", "nick"),
        *("nickname", "alias", "channel", "channelname", "tiktoker", "youtuber", "influencer"),
        *(
            "anvandarnamn",
            "konto",
            "kontonamn",
            "benutzername",
            "nutzername",
            "profil",
            "brukernavn",
        ),
        *("brugernavn", "kayttajanimi", "kayttajatunnus", "tili", "nomdutilisateur", "utilisateur"),
        *("pseudo", "compte", "usuario", "nombredeusuario", "cuenta", "perfil", "nomeutente"),
        *("utente", "gebruikersnaam", "nazwauzytkownika", "instagramname", "tiktokname"),
        *("youtubername", "instagram", "tiktok", "youtube"),
    ),
    "link": ("url", "link", "profileurl", "profilelink", "channelurl", "lank", "lien", "enlace"),
    "name": (
        *("name", "fullname", "displayname", "creatorname", "creator", "influencername"),
        *("instagramname", "tiktokname", "youtubername", "title", "channeltitle", "namn", "navn"),
        *("nimi", "nom", "nomcomplet", "nombre", "nome", "naam", "vollername", "imie"),
    ),
    "email": (
        *("email", "emailaddress", "mail", "mailaddress", "contactemail", "businessemail"),
        *("epost", "epostadress", "epostadresse", "sahkoposti", "courriel", "correo"),
        *("correoelectronico", "posta", "emailadres", "emailadresse"),
    ),
    "platform": ("platform", "network", "socialnetwork", "plattform", "plateforme", "plataforma"),
    "followers": (
        *("followers", "followerscount", "followercount", "follower", "numberoffollowers", "fans"),
        *("subscribers", "subscriberscount", "subscribercount", "subs", "audiencesize", "foljare"),
        *("foljere", "folgere", "seuraajat", "abonnenten", "abonnes", "abonnees", "seguidores"),
        *("seguaci", "volgers", "obserwujacy"),
    ),
    "country": (
        *("country", "countrycode", "creatorcountry", "nation", "land", "maa", "pays", "pais"),
        *("paese", "kraj", "location", "basedin", "countryofresidence"),
    ),
    "city": ("city", "town", "stad", "ort", "by", "kaupunki", "ville", "ciudad", "citta", "miasto"),
    "languages": (
        *("languages", "language", "lang", "sprak", "sprache", "sprachen", "sprog", "kieli"),
        *("kielet", "langue", "langues", "idioma", "idiomas", "lingua", "taal"),
    ),
    "topics": (
        *("topics", "topic", "category", "categories", "category1", "categoryone", "niche"),
        *("niches", "interests", "vertical", "kategori", "kategorier", "kategorie", "kategorien"),
        *("kategoria", "categorie", "categoria", "categorias", "amnen", "thema", "themen", "genre"),
    ),
    "topics2": ("category2", "categories2", "subcategory", "secondarycategory", "topic2"),
    "about": ("about", "bio", "biography", "description", "om", "beschreibung", "beskrivning"),
    "rate": (
        *("engagementrate", "er", "erpercent", "engagementrate%", "engrate", "avgengagementrate"),
        *("engagement%", "engagementsgrad", "engagementquote", "tauxdengagement"),
        *("tasadeengagement", "tassodiengagement", "erpost", "er%"),
    ),
    "average": (
        *("engagementavg", "avgengagement", "averageengagement", "engagementaverage"),
        *("avgengagements", "engagementperpost", "engagementsperpost", "interactionsperpost"),
    ),
    "engagement": ("engagement", "interactions", "reactions", "interaktionen", "interaktioner"),
    "genuine": ("authenticengagement", "engagementauthentic", "authenticengagements"),
    "likes": ("likesavg", "avglikes", "averagelikes", "avglikescount", "likesperpost"),
    "comments": ("commentsavg", "avgcomments", "averagecomments", "commentsperpost"),
    "shares": ("sharesavg", "avgshares", "averageshares", "sharesperpost"),
    "engagements": ("engagements", "totalengagements", "totalengagement"),
    "posts": ("posts", "postscounted", "numberofposts", "postcount"),
}
#: What a list may say of its creators and we don't take: with it, why.
AUDIENCE_COUNTRY = ("audiencecountry", "audiencecountrymostly", "topcountry", "audiencelocation")


def plain(header: str) -> str:
    """`# Följare (antal)` → `foljareantal`."""
    taken_apart = unicodedata.normalize("NFKD", header.casefold().replace("ø", "o"))
    return re.sub(r"[^\w%]|_", "", "".join(c for c in taken_apart if not unicodedata.combining(c)))


def columns(header: Sequence[str]) -> dict[str, int]:
    """Where each thing stands. A column is one thing: the best name for it decides."""
    names = [plain(one) for one in header]
    found: dict[str, int] = {}
    for column, known in NAMES.items():
        for name in known:
            if name in names and names.index(name) not in found.values():
                found[column] = names.index(name)
                break
    return _settled(found)


def _settled(found: dict[str, int]) -> dict[str, int]:
    """A list of names alone means accounts."""
    if "handle" not in found and "link" not in found and "name" in found:
        found["handle"] = found["name"]
    return found


def looks_like_one(header: Sequence[str]) -> bool:
    known = columns(header)
    return ("handle" in known or "link" in known) and (len(known) >= 2 or len(header) == 1)

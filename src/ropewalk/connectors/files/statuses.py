"""What the words of a status column mean, where that is beyond doubt in one of the languages known here.

Whatever isn't known is nobody's guess: it is asked. It knows words only. Start with `status_of`.
"""

from __future__ import annotations

import re

from ropewalk.connectors.files.words import folded

STRONG = {
    "won": [
        "won",
        "gewonnen",
        "gagne",
        "gagnee",
        "gagnes",
        "gagnees",
        "remporte",
        "remportee",
        "ganado",
        "ganada",
        "ganados",
        "ganadas",
        "vinto",
        "vinta",
        "vinti",
        "vinte",
        "ganho",
        "ganha",
        "gewonnene",
        "vundet",
        "vunnet",
        "vunnen",
    ],
    "lost": [
        "lost",
        "verloren",
        "verlorene",
        "perdu",
        "perdue",
        "perdus",
        "perdues",
        "perdido",
        "perdida",
        "perdidos",
        "perdidas",
        "perso",
        "persa",
        "persi",
        "perse",
        "rejected",
        "declined",
        "dropped",
        "dead",
        "disqualified",
        "cancelled",
        "canceled",
        "abandoned",
        "abgelehnt",
        "abgesagt",
        "abgebrochen",
        "storniert",
        "disqualifiziert",
        "refuse",
        "refusee",
        "rejete",
        "rejetee",
        "annule",
        "annulee",
        "abandonne",
        "abandonnee",
        "rechazado",
        "rechazada",
        "cancelado",
        "cancelada",
        "descartado",
        "descartada",
        "anulado",
        "anulada",
        "rifiutato",
        "rifiutata",
        "annullato",
        "annullata",
        "abbandonato",
        "abbandonata",
        "afgewezen",
        "tabt",
    ],
}  # alone or among other words: "Closed Won", "Verloren an Wettbewerb"
WHOLE = {
    "won": (
        "win", "success", "successful", "true", "yes", "signed", "contract signed", "order received", "order placed",
        "auftrag erteilt", "auftrag erhalten", "beauftragt", "bestellt", "bestellung erhalten", "zusage", "unterschrieben",
        "unterzeichnet", "vertrag unterschrieben", "vertrag unterzeichnet", "erfolgreich", "ja", "commande recue", "signe", "signee",
        "contrat signe", "oui", "conclue", "contrato firmado", "firmado", "firmada", "pedido recibido", "si", "contratto firmato",
        "firmato", "firmata", "ordine ricevuto", "acquisito", "acquisita",
    ),
    "lost": (
        "loss", "absage", "nicht gewonnen", "not won", "kein auftrag", "auftrag nicht erteilt", "auftrag verloren", "sans suite",
        "non retenu", "non gagne", "no ganado", "no ganada", "non vinto", "non vinta", "unqualified", "nicht erfolgreich",
        "erfolglos", "unsuccessful", "not successful",
    ),
    "open": (
        "engaging", "in progress", "in process", "on hold", "pipeline", "working", "needs analysis", "value proposition",
        "id decision makers", "perception analysis", "proposal price quote", "appointment scheduled", "qualified to buy",
        "presentation scheduled", "decision maker bought in", "contract sent", "contact made", "in arbeit", "in bearbeitung",
        "laufend", "in verhandlung", "erstkontakt", "bedarfsanalyse", "angebot abgegeben", "angebot versendet", "angebot verschickt",
        "en cours", "en negociation", "proposition envoyee", "devis envoye", "en curso", "en proceso", "en negociacion",
        "propuesta enviada", "presupuesto enviado", "in corso", "in trattativa", "offerta inviata", "preventivo inviato",
    ),
}  # fmt: skip
OPEN = frozenset(
    [
        "open",
        "offen",
        "offene",
        "new",
        "neu",
        "neue",
        "lead",
        "leads",
        "prospect",
        "prospecting",
        "qualification",
        "qualifying",
        "qualified",
        "qualify",
        "discovery",
        "demo",
        "scheduled",
        "made",
        "sent",
        "started",
        "proposal",
        "quote",
        "quotation",
        "negotiation",
        "negotiations",
        "negotiating",
        "review",
        "evaluation",
        "evaluating",
        "meeting",
        "presentation",
        "qualifikation",
        "qualifiziert",
        "qualifizierung",
        "angebot",
        "verhandlung",
        "verhandlungen",
        "termin",
        "vereinbart",
        "ouvert",
        "ouverte",
        "nouveau",
        "nouvelle",
        "negociation",
        "proposition",
        "devis",
        "qualifie",
        "abierto",
        "abierta",
        "nuevo",
        "nueva",
        "negociacion",
        "propuesta",
        "presupuesto",
        "calificado",
        "cualificado",
        "aperto",
        "aperta",
        "nuovo",
        "nuova",
        "trattativa",
        "negoziazione",
        "offerta",
        "preventivo",
        "qualificato",
    ]
)  # a word made of nothing but these
FILLERS = frozenset(
    [
        "closed",
        "close",
        "deal",
        "deals",
        "opportunity",
        "stage",
        "phase",
        "status",
        "geschlossen",
        "abgeschlossen",
        "chance",
        "cloture",
        "cloturee",
        "ferme",
        "fermee",
        "affaire",
        "cerrado",
        "cerrada",
        "oportunidad",
        "fase",
        "chiuso",
        "chiusa",
        "opportunita",
    ]
)
HEDGES = frozenset(
    [
        "not",
        "no",
        "non",
        "nicht",
        "kein",
        "keine",
        "pas",
        "jamais",
        "never",
        "nie",
        "nunca",
        "mai",
        "nearly",
        "almost",
        "likely",
        "soon",
        "fast",
        "bald",
        "be",
        "to",
        "wird",
        "werden",
        "verbal",
        "verbally",
        "mundlich",
        "maybe",
        "vielleicht",
        "or",
        "oder",
        "ou",
        "o",
        "vs",
        "pending",
        "ausstehend",
        "awaiting",
        "reopened",
    ]
)  # "not lost", "to be won", "won or lost": nobody knows
DOUBTLESS = frozenset(("lost to", "verloren an"))


def status_of(word: str) -> str:
    """Open, won or lost; empty where the word doesn't say so beyond doubt."""
    word = re.sub(r"n['’]t\b", " not ", word)
    if "?" in word:
        return ""
    beside = {one for found in re.findall(r"\(([^()]*)\)", word) for one in folded(found).split()}
    telling = HEDGES.union(*STRONG.values())
    return _told(word) or ("" if beside & telling else _told(re.sub(r"\([^()]*\)", " ", word)))


def _told(word: str) -> str:
    whole = [one for one in folded(word).split() if not one.isdigit()]
    told = [one for one in whole if one not in FILLERS]
    for status, words in WHOLE.items():
        if " ".join(whole) in words or " ".join(told) in words:
            return status
    strong = [status for status, words in STRONG.items() if set(words) & set(told)]
    doubts = HEDGES & set(told[2:] if " ".join(told[:2]) in DOUBTLESS else told)
    if len(strong) == 1 and not doubts:
        return strong[0]
    return "open" if told and OPEN.issuperset(told) else ""

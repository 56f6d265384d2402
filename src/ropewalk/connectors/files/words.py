"""How columns are usually called, object by object, in English and German exports. It proposes and decides nothing."""

from __future__ import annotations

import re
import unicodedata

NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "opportunities": {
        "id": ("id", "opportunity id", "deal id", "record id", "opportunity", "deal number", "opportunity number", "vorgangsnr", "vorgangsnummer", "vorgang", "opp", "opp id", "opp no", "opportunity no", "deal no", "chancennr", "verkaufschance id", "angebotsnr", "nr"),
        "account_id": ("account id", "company id", "account", "customer", "client", "company", "customer id", "organization", "account name", "kunde", "associated company", "associated company id", "organization id", "kundenname", "firma", "kundennr", "client name", "customer name", "societe", "cliente", "organisation"),
        "owner": ("owner", "deal owner", "opportunity owner", "sales agent", "rep", "sales rep", "salesperson", "owner id", "assigned to", "verkaufer", "owner email", "seller", "account executive", "verantwortlich", "verantwortlicher", "verantwortliche", "zustandig", "vertriebler", "betreuer", "besitzer", "commercial", "proprietaire", "propietario", "proprietario", "opp owner"),
        "name": ("name", "deal name", "opportunity name", "deal title", "title", "subject", "betreff", "bezeichnung", "titel", "opp name"),
        "product": ("product", "product name", "line item", "produkt", "product line"),
        "amount": ("amount", "value", "close value", "deal value", "deal amount", "revenue", "betrag", "total", "price", "acv", "tcv", "contract value", "auftragswert", "wert", "volumen", "umsatz", "auftragsvolumen", "summe", "montant", "importe", "importo", "valore", "valor", "opp value"),
        "currency": ("currency", "currency code", "deal currency code", "wahrung", "currency iso code", "currency of value", "deal currency", "currency of amount", "amount currency", "value currency", "opportunity currency", "devise", "moneda", "valuta", "divisa"),
        "opened_on": ("opened on", "created", "create date", "created date", "created on", "open date", "engage date", "start date", "deal created", "erstellt am", "created at", "opened", "creation date", "angelegt am", "angelegt", "erstellt", "erfasst am", "eroffnet am", "erstelldatum", "date de creation", "fecha de creacion", "data di creazione", "data creazione"),
        "closed_on": ("closed on", "close date", "closed", "closed date", "won time", "abschlussdatum", "closing date", "closed at", "abgeschlossen am", "geschlossen am", "abschluss", "gewonnen am", "won on", "won date", "deal closed on", "date de cloture", "fecha de cierre", "data di chiusura", "data chiusura"),
        "status": ("status", "deal status", "opportunity status", "deal stage", "stage", "stage name", "outcome", "phase", "is won", "state", "result", "statut", "estado", "stato", "etape", "etapa", "fase"),
        "stage": ("stage", "stage name", "deal stage", "pipeline stage", "phase"),
    },
    "accounts": {
        "id": ("id", "account id", "company id", "customer id", "record id", "organization id", "account", "client id"),
        "name": ("name", "account name", "company name", "company", "account", "customer", "client", "organization", "kunde", "firma", "customer name"),
        "vertical": ("vertical", "industry", "sector", "branche", "industry group"),
        "segment": ("segment", "size", "tier", "customer segment", "company size", "account type"),
        "country": ("country", "office location", "location", "billing country", "land", "country region"),
        "parent_id": ("parent id", "parent", "parent account", "subsidiary of", "parent account id", "parent company", "parent company id"),
        "owner": ("owner", "account owner", "company owner", "account manager", "owner id", "owner email"),
    },
    "activities": {
        "id": ("id", "activity id", "task id", "event id", "record id", "call id"),
        "owner": ("owner", "assigned to", "activity assigned to", "user", "rep", "owner id", "created by", "sales agent", "owner email"),
        "type": ("type", "activity type", "kind", "task type", "typ", "activity"),
        "occurred_at": ("occurred at", "date", "activity date", "due date", "start", "start time", "completed", "completed date", "time", "datum", "timestamp", "when", "activity time"),
        "account_id": ("account id", "company id", "account", "company", "customer", "related to", "organization"),
        "opportunity_id": ("opportunity id", "deal id", "opportunity", "deal"),
        "outcome": ("outcome", "result", "disposition", "call outcome"),
    },
    "credits": {
        "opportunity_id": ("opportunity id", "deal id", "opportunity", "deal"),
        "owner": ("owner", "rep", "user", "sales agent", "split owner", "credited to", "salesperson"),
        "share": ("share", "split", "percentage", "percent", "credit", "split percentage", "anteil"),
    },
    "people": {
        "id": ("id", "user id", "employee id", "person id", "sales agent", "employee number"),
        "name": ("name", "full name", "sales agent", "rep", "employee", "person", "sales rep", "user", "salesperson", "user name", "mitarbeiter"),
        "email": ("email", "e mail", "mail", "email address", "work email"),
        "manager": ("manager", "reports to", "supervisor", "team lead", "vorgesetzter", "manager name", "boss", "vorgesetzte", "leiter"),
        "team": ("team", "team name", "department", "group", "sales team", "abteilung", "territory", "gebiet", "vertriebsgebiet", "sales territory", "equipe", "equipo"),
        "team_parent": ("team parent", "region", "regional office", "office", "parent team", "division", "area"),
        "role": ("role", "job title", "job", "position", "front line role", "function", "funktion"),
        "access": ("access", "rights", "ropewalk role", "access role"),
        "from": ("from", "since", "start date", "joined", "hire date", "valid from", "eintritt"),
        "to": ("to", "until", "end date", "left", "valid to", "austritt"),
    },
}  # fmt: skip
FILE_WORDS: dict[str, tuple[str, ...]] = {
    "opportunities": ("opportunit", "deal", "pipeline", "chancen"),
    "accounts": ("account", "compan", "customer", "client", "organi", "kunden"),
    "activities": ("activit", "task", "call", "event", "meeting", "engagement", "aktivit"),
    "credits": ("credit", "split"),
    "people": (
        "people",
        "person",
        "user",
        "team",
        "rep",
        "employee",
        "agent",
        "staff",
        "roster",
        "mitarbeiter",
    ),
}


def folded(name: str) -> str:
    """A name without accents, signs and capitals; camelCase taken apart."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.replace("ß", "ss"))
    bare = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", bare).split())

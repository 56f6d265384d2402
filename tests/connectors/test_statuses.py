"""Words of a status: proposed where they are beyond doubt, and nobody's guess where they aren't."""

from __future__ import annotations

import pytest

from ropewalk.connectors.files.statuses import status_of

SAID = {
    "won": (
        "Won", "CLOSED WON", "Closed - Won", "ClosedWon", "5. Won", "Closed Won (Sales Pipeline)", "Closed (Won)", "Contract signed",
        "Auftrag erteilt", "Gewonnen", "gewonnen!", "Beauftragt", "Gagné", "Affaire gagnée", "Signé", "Cerrada ganada", "Ganado",
        "Pedido recibido", "Chiuso vinto", "Vinta", "Ordine ricevuto",
    ),
    "lost": (
        "Lost", "Closed Lost (Sales Pipeline)", "Lost to competitor", "Dropped", "Rejected", "Not won", "Closed (not won)", "Verloren",
        "Verloren an Wettbewerb", "Abgelehnt", "Absage", "Nicht gewonnen", "Perdu", "Perdue", "Sans suite", "Perdida", "Rechazado",
        "Persa", "Chiuso perso", "Rifiutato",
    ),
    "open": (
        "Open", "Engaging", "Prospecting", "Negotiation/Review", "Proposal made", "Contract Sent (Sales Pipeline)", "in progress",
        "Angebot", "Verhandlung", "Offen", "En cours", "Négociation", "Abierta", "En negociación", "Aperta", "In trattativa",
    ),
    "": (
        "No decision", "Closed", "Abgeschlossen", "false", "Won?", "won't do", "to be won", "not lost", "Nicht verloren", "Won/Lost",
        "unsigned", "Contract not signed", "Won (pending)", "Hubba", "3", "", "–",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("word", "status"), [(word, status) for status, words in SAID.items() for word in words]
)
def test_a_word_says_what_it_says_in_five_languages_and_nothing_where_it_is_in_doubt(
    word: str, status: str
) -> None:
    assert status_of(word) == status

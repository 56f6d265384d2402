"""One-on-ones of a person: the record and the form."""

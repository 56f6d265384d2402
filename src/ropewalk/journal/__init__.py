"""One append-only table: who did what to which thing, when. It only writes; `companies.history` reads it."""

"""Setting a company up in the browser: the first administrator, calendar, mail, people, and what is still missing."""

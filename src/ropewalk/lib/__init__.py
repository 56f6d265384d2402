"""Small tools without a business word: the clock, text, files' safe places."""

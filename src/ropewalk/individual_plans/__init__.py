"""What one person does this year: drafted from shares and standards, edited, agreed by both; and commitments."""

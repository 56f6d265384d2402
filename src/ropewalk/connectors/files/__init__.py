"""CSV and XLSX files: how they are mapped, and how they are read without trusting them."""

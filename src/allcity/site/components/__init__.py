"""Parts that pages are made of: figures, tables, records with their freshness, empty states, form fields."""

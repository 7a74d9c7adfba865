"""What `make` runs: it gets Odoo, PostgreSQL and Chromium, and drives them."""

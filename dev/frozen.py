"""Odoo started at a fixed moment: `python -m dev.frozen server …`. The clock runs on from there.

Demo data is made relative to the day of its installation, so the pictures of the guide are taken from a database
that was installed, and is served, on one and the same day.
"""

import datetime
import sys

MOMENT = datetime.datetime(2026, 11, 24, 9, 0)


def main():
    from freezegun import freeze_time

    freeze_time(MOMENT, tick=True).start()
    from odoo import sql_db
    from odoo.cli.command import main as odoo_main

    # what the ORM writes as the creation date is PostgreSQL's clock, which freezegun does not reach
    sql_db.BaseCursor.now = lambda cursor: datetime.datetime.now()
    sys.argv[0] = "odoo"
    odoo_main()


if __name__ == "__main__":
    main()

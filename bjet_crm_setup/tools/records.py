# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What RPC hands over as records, looked at before PostgreSQL chokes on it."""

from odoo.exceptions import UserError

LARGEST_ID = 2**31 - 1


def is_id(value):
    """Whether a value can be the id of a record."""
    return type(value) is int and 0 < value <= LARGEST_ID


def check_ids(records):
    """Refuse records whose ids cannot be ids.

    :raise UserError: saying what to do
    """
    if not all(map(is_id, records._ids)):
        raise UserError(records.env._("These records do not exist: reload the page, and try again."))


def check_one(records):
    """Refuse anything but one record.

    :raise UserError: saying what to do
    """
    check_ids(records)
    if len(records) != 1:
        raise UserError(records.env._("This works on one record at a time: open one, and try again."))

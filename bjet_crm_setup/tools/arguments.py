# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What RPC hands to the public methods, looked at before Python takes it for something else, or PostgreSQL chokes on it.

Each check refuses what is wrong with a UserError that says what to do, and leaves the transaction usable.
"""

import contextlib
import logging

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

LARGEST_ID = 2**31 - 1
# what Odoo and PostgreSQL answer a domain that is none
WRONG_DOMAIN = (
    ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError,
    psycopg2.DataError, psycopg2.ProgrammingError,
)  # fmt: skip


def is_id(value):
    """Whether a value can be the id of a record."""
    return type(value) is int and 0 < value <= LARGEST_ID


def to_place(number):
    """The nearest sequence that the database takes: whose neighbour has the last one there is shares it."""
    return max(-LARGEST_ID, min(LARGEST_ID, number))


def is_blank(value):
    """Whether a value is none: an empty cell of an import, an empty field of a client."""
    return value is None or value is False or (isinstance(value, str) and not value.strip())


def is_blank_cell(value):
    """Whether a cell of an import is blank; one that refers to records is a list of them, and False is said."""
    return value is not False and (value == [] or is_blank(value))


def drop_blank_cells(rows, names):
    """The rows of an import, pairs of values and what Odoo knows of their place, without the blank cells of some fields."""
    for values, place in rows:
        yield {name: cell for name, cell in values.items() if name not in names or not is_blank_cell(cell)}, place


def to_probability(env, value, lowest=None, highest=None):
    """The number that a probability is; a text may say it.

    :raise UserError: when it is none, or not within the bounds, if given
    """
    try:
        if isinstance(value, (bool, bytes)):
            raise TypeError("Python would count with it")
        number = float(value)
        if lowest is not None and not lowest <= number <= highest:
            raise ValueError("Out of bounds, or no number at all")
    except (TypeError, ValueError, OverflowError):
        raise UserError(env._("“%s” is no probability: give a number from 0 to 100.", value)) from None
    return number


def check_ids(records):
    """Refuse records whose ids cannot be ids."""
    if not all(map(is_id, records._ids)):
        raise UserError(records.env._("These records do not exist: reload the page, and try again."))


def check_one(records):
    """Refuse anything but one record."""
    check_ids(records)
    if len(records) != 1:
        raise UserError(records.env._("This works on one record at a time: open one, and try again."))


def check_limit(env, limit):
    """Refuse a number of records that is none; None is for all of them."""
    if limit is not None and (type(limit) is not int or limit <= 0):
        raise UserError(
            env._("The number of records of a batch is a whole number above zero: give one, or none at all for all.")
        )


def check_boolean(env, name, value):
    """Refuse what is neither true nor false: a text such as 'false' would count as true."""
    if not isinstance(value, bool):
        raise UserError(env._("“%s” is either true or false: give one of the two, and nothing else.", name))


@contextlib.contextmanager
def checking_domain(env, domain):
    """Refuse a domain that is none, or that does not work in the search of this block; None is for all records.

    Whatever is pending is written before, so that the savepoint takes back the search alone.
    """
    if domain is None:
        yield Domain.TRUE
        return
    env.flush_all()
    try:
        if not isinstance(domain, (list, tuple, Domain)):
            raise TypeError("This is no list")
        with env.cr.savepoint(flush=False):
            yield Domain(domain)
    except WRONG_DOMAIN as error:
        _logger.info("A filter that does not work: %s", error)
        raise UserError(
            env._("This filter does not work on opportunities: change it, or take it out, and try again.")
        ) from None

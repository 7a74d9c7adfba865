# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Spans, buckets and labels of a channel's dashboard: arithmetic on dates, without a database.

A span is a pair of days, both included. A bucket is a day, week or month of which the span holds at least one day, and is
named by its first day, even when the span begins later.
"""

from datetime import timedelta

import babel.dates

from odoo.models import READ_GROUP_TIME_GRANULARITY as LENGTHS
from odoo.tools.date_utils import date_range, start_of, weeknumber
from odoo.tools.misc import babel_locale_parse, posix_to_ldml

UNITS = ("day", "week", "month")


def span_before(today, period):
    """The span that ends today: [today - period, today]."""
    return today - LENGTHS[period], today


def span_after(today, period):
    """The span that begins today: [today, today + period]."""
    return today, today + LENGTHS[period]


def bucket_start(day, unit, week_start=1):
    """The first day of the bucket that holds a day.

    :param unit: ``day``, ``week`` or ``month``
    :param week_start: the weekday on which weeks begin, from 1 (Monday) to 7 (Sunday)
    """
    if unit == "week":
        return day - timedelta(days=(day.isoweekday() - week_start) % 7)
    return start_of(day, unit)


def bucket_starts(first, last, unit, week_start=1):
    """The first days of all the buckets of a span, in order."""
    return list(date_range(bucket_start(first, unit, week_start), last, LENGTHS[unit]))


def bucket_span(start, unit, first, last):
    """The days of a bucket that lie in the span [first, last]; raise ValueError when none does."""
    end = start + LENGTHS[unit] - timedelta(days=1)
    days = max(start, first), min(end, last)
    if days[0] > days[1]:
        raise ValueError(f"The {unit} of {start} lies outside {first} - {last}")
    return days


def bucket_label(start, unit, locale, date_format, week_format):
    """The name of a bucket, unlike that of any other bucket of the same unit.

    :param locale: code of the language, as ``uk_UA``
    :param date_format: how the language writes days, as ``%d.%m.%Y``
    :param week_format: how to write weeks, with the places ``%(week)s`` and ``%(year)s``
    """
    locale = babel_locale_parse(locale)
    if unit == "month":
        return babel.dates.format_date(start, "LLLL y", locale)
    if unit == "week":
        year, week = weeknumber(locale, start)
        return week_format % {"week": week, "year": year}
    return babel.dates.format_date(start, posix_to_ldml(date_format, locale), locale)

# Copyright 2026 BJet
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..tools import periods

MONDAY, SUNDAY = 1, 7
WEEK = "Week %(week)s, %(year)s"


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    """The arithmetic of dashboards, without a database."""

    def test_span_looks_back_or_ahead_from_today(self):
        today = date(2026, 11, 24)
        for period, before, after in [
            ("week", date(2026, 11, 17), date(2026, 12, 1)),
            ("month", date(2026, 10, 24), date(2026, 12, 24)),
            ("quarter", date(2026, 8, 24), date(2027, 2, 24)),
            ("year", date(2025, 11, 24), date(2027, 11, 24)),
        ]:
            with self.subTest(period=period):
                self.assertEqual(periods.span_before(today, period), (before, today))
                self.assertEqual(periods.span_after(today, period), (today, after))

    def test_span_ends_on_the_last_day_of_a_shorter_month(self):
        self.assertEqual(periods.span_after(date(2026, 1, 31), "month")[1], date(2026, 2, 28))
        self.assertEqual(periods.span_after(date(2028, 1, 31), "month")[1], date(2028, 2, 29))
        self.assertEqual(periods.span_before(date(2026, 5, 31), "quarter")[0], date(2026, 2, 28))
        self.assertEqual(periods.span_before(date(2026, 12, 31), "month")[0], date(2026, 11, 30))

    def test_span_of_a_year_from_a_leap_day(self):
        leap = date(2028, 2, 29)
        self.assertEqual(periods.span_after(leap, "year"), (leap, date(2029, 2, 28)))
        self.assertEqual(periods.span_before(leap, "year"), (date(2027, 2, 28), leap))
        self.assertEqual(len(periods.bucket_starts(*periods.span_after(leap, "year"), "day")), 366)

    def test_every_day_of_a_span_is_in_exactly_one_bucket(self):
        for today in (date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31), date(2027, 3, 28)):
            for period in ("week", "month", "quarter", "year"):
                for unit in periods.UNITS:
                    for week_start in range(MONDAY, SUNDAY + 1):
                        with self.subTest(today=today, period=period, unit=unit, week_start=week_start):
                            first, last = periods.span_before(today, period)
                            days = []
                            for start in periods.bucket_starts(first, last, unit, week_start):
                                begin, end = periods.bucket_span(start, unit, first, last)
                                days += [begin + timedelta(days=day) for day in range((end - begin).days + 1)]
                            self.assertEqual(
                                days, [first + timedelta(days=day) for day in range((last - first).days + 1)]
                            )

    def test_week_begins_when_the_language_says(self):
        tuesday = date(2026, 11, 24)
        self.assertEqual(periods.bucket_start(tuesday, "week", MONDAY), date(2026, 11, 23))
        self.assertEqual(periods.bucket_start(tuesday, "week", SUNDAY), date(2026, 11, 22))
        self.assertEqual(periods.bucket_start(tuesday, "week", 6), date(2026, 11, 21))
        self.assertEqual(periods.bucket_start(date(2026, 11, 22), "week", MONDAY), date(2026, 11, 16))
        self.assertEqual(periods.bucket_start(date(2026, 11, 22), "week", SUNDAY), date(2026, 11, 22))

    def test_weeks_run_on_over_the_end_of_the_year(self):
        starts = periods.bucket_starts(date(2026, 12, 29), date(2027, 1, 5), "week", MONDAY)
        self.assertEqual(starts, [date(2026, 12, 28), date(2027, 1, 4)])
        self.assertEqual(
            periods.bucket_span(starts[0], "week", date(2026, 12, 29), date(2027, 1, 5)),
            (date(2026, 12, 29), date(2027, 1, 3)),
        )

    def test_months_of_a_year_hold_both_ends(self):
        starts = periods.bucket_starts(*periods.span_before(date(2026, 3, 31), "year"), "month")
        self.assertEqual(len(starts), 13)
        self.assertEqual((starts[0], starts[-1]), (date(2025, 3, 1), date(2026, 3, 1)))

    def test_bucket_outside_of_the_span_is_refused(self):
        with self.assertRaises(ValueError):
            periods.bucket_span(date(2026, 10, 1), "month", date(2026, 11, 5), date(2026, 12, 5))

    def test_no_two_buckets_have_the_same_label(self):
        for locale in ("en_US", "uk_UA", "fr_FR", "ar_SA"):
            for week_start in (MONDAY, SUNDAY):
                for unit in periods.UNITS:
                    with self.subTest(locale=locale, unit=unit, week_start=week_start):
                        labels = [
                            periods.bucket_label(start, unit, locale, "%d.%m.%Y", WEEK)
                            for start in periods.bucket_starts(date(2024, 11, 24), date(2027, 11, 24), unit, week_start)
                        ]
                        self.assertEqual(len(labels), len(set(labels)))

    def test_labels_are_written_as_the_language_writes(self):
        def label(day, unit, locale, date_format):
            return periods.bucket_label(day, unit, locale, date_format, WEEK)

        day = date(2026, 11, 1)
        self.assertEqual(label(day, "day", "uk_UA", "%d.%m.%Y"), "01.11.2026")
        self.assertEqual(label(day, "day", "en_US", "%m/%d/%Y"), "11/01/2026")
        self.assertEqual(label(day, "month", "uk_UA", "%d.%m.%Y"), "листопад 2026")
        self.assertEqual(label(day, "month", "en_US", "%m/%d/%Y"), "November 2026")
        self.assertEqual(label(date(2026, 11, 23), "week", "uk_UA", "%d.%m.%Y"), "Week 48, 2026")

    def test_labels_in_a_language_that_nobody_knows(self):
        self.assertEqual(periods.bucket_label(date(2026, 11, 1), "month", "en_XX", "%Y", WEEK), "November 2026")

"""Six criteria of the conditions as one would work them out by hand, one partnership after the other."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import mean
from typing import Any

from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.provenance import provenance

Levels = tuple[int | None, int, int]
"""Level, low and high."""


class NaiveConditions:
    """City-years as plain rows. Every answer is worked out from them anew."""

    def __init__(self, city_years: Sequence[CityYear]) -> None:
        self.newest = city_years[-1]
        self.partnerships = {row["partnership_id"]: row for row in self.newest.partnerships.to_dicts()}
        self.needs: dict[str, Any] = {}
        rows: dict[tuple[str, str], Any] = {}
        for city_year in city_years:
            self.needs |= {row["need_id"]: row for row in city_year.needs.to_dicts()}
            rows |= {(row["delivery_id"], row["account"]): row for row in city_year.deliveries.to_dicts()}
        self.accounts: dict[str, list[Any]] = defaultdict(list)
        for (delivery_id, _), row in rows.items():
            self.accounts[delivery_id].append(row)
        self.check_ins = self.newest.check_ins.to_dicts()
        self.all_named = all(provenance(one, "deliveries").bounded for one in city_years)
        self.answers = self.newest.answers.to_dicts()
        self.check_ins_named, self.goals_named, self.answers_named = (
            provenance(self.newest, table).bounded for table in ("check_ins", "goals", "answers")
        )
        self.threshold = self.newest.framework.targets.suppression_threshold.value
        self.sustained = self.newest.framework.targets.sustained_sessions.value
        self.days = self.newest.framework.targets.sustained_days.value
        self.start, self.end = year_dates(self.newest.year)

    def one(self, delivery_id: str, name: str) -> Any:
        """What either account says of the delivery."""
        return next((row[name] for row in self.accounts[delivery_id] if row[name] is not None), None)

    def told(self, delivery_id: str, name: str) -> list[float]:
        return [row[name] for row in self.accounts[delivery_id] if row[name] is not None]

    def span(self, delivery_id: str) -> tuple[date, date]:
        rows = self.accounts[delivery_id]
        return min(row["start_date"] for row in rows), max(row["end_date"] for row in rows)

    def own(self, partnership_id: str) -> list[str]:
        return [one for one in self.accounts if self.one(one, "partnership_id") == partnership_id]

    def now(self, partnership_id: str) -> list[str]:
        return [one for one in self.own(partnership_id) if self.span(one)[1] >= self.start]

    def met(self, need: Any, deliveries: Sequence[str]) -> tuple[float, float, float]:
        """What deliveries met of a need: value, low, high."""
        least = middle = most = 0.0
        for delivery_id in deliveries:
            given, high = [], []
            for row in self.accounts[delivery_id]:
                counted = "students" if need["unit"] == "students" else "amount"
                number, hours = (
                    row[name]
                    if row[name] is not None
                    else (mean(said) if (said := self.told(delivery_id, name)) else None)
                    for name in (counted, "hours")
                )
                share = 1.0
                if need["unit"] in ("students", "teachers") and need["dosage_hours"]:
                    share = None if hours is None else min(1.0, hours / need["dosage_hours"])
                sure = number is not None and share is not None
                given.append(number * share if sure else 0.0)
                high.append(given[-1] if sure else float("inf") if number is None else number)
            least, middle, most = least + min(given), middle + mean(given), most + max(high)
        return tuple(min(need["amount"], one) for one in (middle, least, most))

    def hours_per_student(self, partnership_id: str) -> tuple[Levels, float | None]:
        """Levels, and the hours per student."""
        strands = defaultdict(list)
        for one in self.now(partnership_id):
            strands[self.one(one, "school_id"), self.one(one, "contribution")].append(one)
        held, sure, most = 0.0, 0.0, 0.0 if self.all_named else float("inf")
        hours = students = 0.0
        for strand in strands.values():
            said = [self.told(one, "sessions") for one in strand]
            spans = [self.span(one) for one in strand]
            days = (max(b for _, b in spans) - min(a for a, _ in spans)).days + 1
            told = sum(mean(one) for one in said if one)
            if not all(said):
                told = max(told + sum(not one for one in said), self.sustained if days >= self.days else min(days, 2))
                most = float("inf")
            held, sure = max(held, told), max([sure, *(min(one) for one in said if one)])
            most = max(most, sum(max(one) for one in said if one))
            both = [one for one in strand if self.told(one, "hours") and self.told(one, "students")]
            hours += sum(mean(self.told(one, "hours")) * mean(self.told(one, "students")) for one in both)
            students += max((mean(self.told(one, "students")) for one in both), default=0)
        full, surely_full, may_be_full = self._in_full(partnership_id)

        def level(sessions: float, everyone: bool) -> int:
            return 1 + (sessions >= 2) + (sessions >= self.sustained) + (sessions >= self.sustained and everyone)

        value = level(held, full)
        levels = (value, level(sure, surely_full), max(value, level(most, may_be_full)))
        if not strands and not self.all_named:
            levels = (None, *levels[1:])
        return levels, hours / students if students else None

    def _in_full(self, partnership_id: str) -> tuple[bool, bool, bool]:
        deliveries = self.now(partnership_id)
        given = {self.one(one, "need_id") for one in deliveries}
        named = {one for one in self.partnerships[partnership_id]["need_ids"] or () if one in self.needs}
        named = {one for one in named if self.needs[one]["year"] == self.newest.year} | (given & set(self.needs))
        needs = [self.needs[one] for one in named if self.needs[one]["unit"] == "students"]
        if not needs:
            return False, False, True
        results = []
        for need in needs:
            if need["amount"] is None:
                results.append((False, False, True))
                continue
            value, low, high = self.met(
                need, [one for one in deliveries if self.one(one, "need_id") == need["need_id"]]
            )
            results.append(
                tuple(one >= need["amount"] - 1e-6 for one in (value, low, high if self.all_named else need["amount"]))
            )
        return tuple(all(one) for one in zip(*results, strict=True))

    def in_conversation(self, partnership_id: str) -> Levels:
        """Both sides, in each term that is due."""
        mine = [row for row in self.check_ins if row["partnership_id"] == partnership_id]
        partnership = self.partnerships[partnership_id]
        ran = self._terms(partnership["start_date"], partnership["end_date"] or self.end)
        gave: set[str] = set()
        for one in self.now(partnership_id):
            gave |= self._terms(*self.span(one))
        due = gave or ran
        sides, written = defaultdict(set), set()
        for row in mine:
            for term in self._terms(row["date"], row["date"]):
                sides[term].add("organization" if row["side"] == "organization" else "school")
                if row["next_step"] is not None:
                    written.add(term)
        kept = {term for term in due if len(sides[term]) == 2}
        every = bool(due) and kept == due
        level = 4 if every and due <= written else 3 if every else 2 if mine else 1
        surely = 3 if every and (self.all_named or all(len(sides[term]) == 2 for term in ran | due)) else min(level, 2)
        possibly = every or not due or not self.check_ins_named or (not self.all_named and bool(kept))
        if not mine and not (self.check_ins_named and due):
            return None, surely, 4
        return level, surely, 4 if possibly else level

    def _terms(self, first: date, last: date) -> set[str]:
        """Terms of which any day of the newest year is between two days, day by day."""
        result = set()
        for term_id, term in self.newest.framework.terms.items():
            for month in range(self.start.year * 12 + 6, self.start.year * 12 + 18):
                year, number = divmod(month, 12)
                for day in range(1, 32):
                    try:
                        that = date(year, number + 1, day)
                    except ValueError:
                        break
                    if first <= that <= last and term.starts <= f"{that:%m-%d}" <= term.ends:
                        result.add(term_id)
        return result

    def fills_unmet_need(self, partnership_id: str) -> Levels:
        """Before, by itself, and in all."""
        mine = self.own(partnership_id)
        named = dict.fromkeys(self.partnerships[partnership_id]["need_ids"] or ())
        named |= dict.fromkeys(self.one(one, "need_id") for one in mine if self.one(one, "need_id"))
        if not named:
            return None, 1, 4
        filled, not_met, full = [], [], []
        for need_id in named:
            need = self.needs.get(need_id)
            if need is None or need["amount"] is None:
                filled.append((False, False, True))
                not_met.append((True, False, True))
                full.append((False, False, True))
                continue
            asked = need["amount"] - 1e-6
            of_need = [one for one in self.accounts if self.one(one, "need_id") == need_id]
            own = [one for one in of_need if one in mine]
            first = min((self.span(one)[0] for one in own), default=self.end + timedelta(days=1))
            others = [one for one in of_need if one not in mine]
            before = [one for one in others if self.span(one)[0] < first]
            over = [one for one in others if self.span(one)[1] < first]
            was = self.met(need, before)
            was = (was[0], self.met(need, over)[1], was[2] if self.all_named else need["amount"])
            given, now = self.met(need, own), self.met(need, of_need)
            if not self.all_named:
                given, now = (*given[:2], need["amount"]), (*now[:2], need["amount"])
            unmet = (was[0] < asked, was[2] < asked, was[1] < asked)
            not_met.append(unmet)
            filled.append(tuple(a and b > 1e-6 for a, b in zip(unmet, given, strict=True)))
            full.append(tuple(one >= asked for one in now))
        any_filled, any_not_met = (tuple(any(one) for one in zip(*rows, strict=True)) for rows in (filled, not_met))
        all_full = tuple(all(one) for one in zip(*full, strict=True))

        def level(at: int) -> int:
            return 4 if any_filled[at] and all_full[at] else 3 if any_filled[at] else 2 if any_not_met[at] else 1

        return level(0), level(1), level(2)

    def goals_reviewed(self, partnership_id: str) -> Levels:
        """A goal, one of music, and whether it was looked at, by a check-in or by counting students."""
        goals = [row for row in self.newest.goals.to_dicts() if row["partnership_id"] == partnership_id]
        in_music = [
            row for row in goals if row["goal_type"] in ("curriculum", "musical") or row["standard"] is not None
        ]
        said = self._said(partnership_id)
        reviews = [row for row in said if row["goal_id"] is not None and row["progress"] is not None]
        growth = self._has_growth(partnership_id)
        looked_at = bool(reviews) or growth
        written = any(row["next_step"] is not None for row in (said if growth else reviews))
        level = 4 if in_music and looked_at else 3 if in_music else 2 if goals else 1
        low = level if level < 4 or written else 3
        if not (goals or not self.goals_named):
            return level, low, 1
        high = 4 if looked_at or said or not self.check_ins_named else 3
        return (level if goals or self.goals_named else None), low, high

    def learning_together(self, partnership_id: str) -> Levels:
        """Who looks at results, and how."""
        said = self._said(partnership_id)
        heads = self._has_growth(partnership_id) or any(self.told(one, "students") for one in self.now(partnership_id))

        def parties(name: str | None = None) -> int:
            return len({row["side"] == "organization" for row in said if name is None or row[name] is not None})

        written = any(row["next_step"] is not None for row in said)
        something = heads or parties("progress") > 0
        level = 2 if something else 1
        if parties("progress") == 2:
            level = 4 if parties("communication") == 2 and written else 3
        high = 4 if parties() == 2 or not self.check_ins_named else 2
        is_told = heads or said or (self.all_named and self.check_ins_named)
        return (level if is_told else None), 2 if something else 1, high

    def students_heard(self, partnership_id: str) -> Levels:
        """How many students answered, of how many, and what."""
        mine = [
            row
            for row in self._answers_about(partnership_id)
            if (row["question_id"], row["participant_type"], row["group_id"]) == ("students_heard", "students", None)
        ]
        asked = leveled = fourth = 0
        for school in {row["school_id"] for row in mine}:
            rows = [row for row in mine if row["school_id"] == school]
            whole = [row for row in rows if row["grade_band"] is None]
            parts = defaultdict(list)
            for row in whole or rows:
                parts[row["grade_band"]].append(row)
            for part in parts.values():
                asked += max(row["asked"] for row in part)
                leveled += sum(row["number"] for row in part if row["level"] is not None)
                fourth += sum(row["number"] for row in part if row["level"] == 4)
        strands = defaultdict(list)
        for one in self.now(partnership_id):
            if told := self.told(one, "students"):
                strands[self.one(one, "school_id"), self.one(one, "contribution")].append(mean(told))
        reached = sum(max(strand) for strand in strands.values())
        enough = asked >= self.threshold
        level = 2 if asked else 1
        if enough and reached and asked >= reached / 2:
            level = 3
        if enough and leveled >= self.threshold and fourth >= leveled / 2:
            level = 4
        return (level if asked or self.answers_named else None), 2 if asked else 1, 4

    def _said(self, partnership_id: str) -> list[Any]:
        return [row for row in self.check_ins if row["partnership_id"] == partnership_id]

    def _has_growth(self, partnership_id: str) -> bool:
        goals = {row["goal_id"] for row in self.newest.goals.to_dicts() if row["partnership_id"] == partnership_id}
        return any(
            row["partnership_id"] == partnership_id and row["question_id"] in goals and row["level"] and row["asked"]
            for row in self.answers
        )

    def _answers_about(self, partnership_id: str) -> list[Any]:
        """Those that name it, and those of schools that have it alone, where none to the same question does."""
        named = [row for row in self.answers if row["partnership_id"] == partnership_id]
        kinds = {(row["question_id"], row["participant_type"]) for row in named}
        schools = [school for row in self.partnerships.values() for school in row["school_ids"]]
        alone = {one for one in self.partnerships[partnership_id]["school_ids"] if schools.count(one) == 1}
        return named + [
            row
            for row in self.answers
            if row["partnership_id"] is None
            and row["school_id"] in alone
            and (row["question_id"], row["participant_type"]) not in kinds
        ]

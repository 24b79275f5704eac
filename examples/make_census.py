"""Writes census.csv, made-up microdata in the manner of a census: about 20,000 rows, at most three per person.

The same file every time: `python examples/make_census.py [folder]`. Nobody in it exists.
"""

import csv
import math
import random
import sys
from pathlib import Path

SEED = 20_260_101
PERSONS = 13_000
# Shares of the adult population, and the median yearly income that goes with each level of education.
EDUCATION = {
    "none": (0.02, 14_000),
    "primary": (0.07, 19_000),
    "secondary": (0.29, 29_000),
    "vocational": (0.25, 36_000),
    "bachelor": (0.22, 52_000),
    "master": (0.11, 66_000),
    "doctorate": (0.04, 84_000),
}
RACE = {"white": 0.62, "black": 0.13, "asian": 0.07, "native": 0.02, "mixed": 0.09, "other": 0.07}
ROWS_PER_PERSON = {1: 0.6, 2: 0.26, 3: 0.14}
HEADER = ["user_id", "age", "sex", "education", "race", "married", "income"]


def pick(draw: random.Random, shares: dict[str, float]) -> str:
    """One of the names, as often as its share says."""
    return draw.choices(list(shares), list(shares.values()))[0]


def age_of(draw: random.Random) -> int:
    """Adults: even up to sixty, then thinning out."""
    return draw.randint(18, 60) if draw.random() < 0.74 else min(100, 60 + int(draw.expovariate(1 / 11)))


def income_of(draw: random.Random, age: int, sex: str, education: str) -> float:
    """Log-normal around the median of the education, highest in the fifties; some have none."""
    if draw.random() < (0.12 if age < 65 else 0.03):
        return 0.0
    career = 0.55 + 0.45 * math.sin(math.pi * min(age, 95) / 105)
    median = EDUCATION[education][1] * career * (1.0 if sex == "M" else 0.87)
    return round(min(1_000_000.0, draw.lognormvariate(math.log(median), 0.55)), 2)


def person(draw: random.Random, user_id: int) -> list[list[object]]:
    """All rows of one person: the years in which he or she was asked."""
    sex = draw.choice(["F", "M"])
    age = age_of(draw)
    education = pick(draw, {name: share for name, (share, _) in EDUCATION.items()})
    race = pick(draw, RACE)
    married = draw.random() < min(0.72, max(0.02, (age - 20) / 45))
    years = int(pick(draw, {str(count): share for count, share in ROWS_PER_PERSON.items()}))
    rows: list[list[object]] = []
    for year in range(years):
        income = income_of(draw, age + year, sex, education)
        # Some do not answer what they earn.
        answer = "" if draw.random() < 0.02 else f"{income:.2f}"
        rows.append([user_id, min(100, age + year), sex, education, race, str(married).lower(), answer])
    return rows


def main(folder: Path) -> Path:
    """Writes the file into the folder."""
    draw = random.Random(SEED)  # noqa: S311 - the same example for everybody; nothing here is secret
    rows = [row for user_id in range(1, PERSONS + 1) for row in person(draw, user_id)]
    draw.shuffle(rows)
    target = folder / "census.csv"
    with target.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(rows)
    return target


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

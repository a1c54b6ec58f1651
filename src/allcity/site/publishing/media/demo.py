"""Pictures of the sample city: drawn here, with their words, and with consents in the states that there are."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.media import domain, queries
from allcity.site.publishing.models import Consent, Media, Picture

WIDTH, HEIGHT = 1200, 800
FINER = 2
"""How much larger a picture is drawn than it is kept, so that its edges come out smooth."""
INK, PAPER, WOOD, RED, BLUE = "#22303f", "#f7f1e5", "#9c5a2b", "#b8433a", "#2f6690"
Pen = ImageDraw.ImageDraw
Relation, People = Consent.Relation, Media.People


@dataclass(frozen=True)
class Sample:
    """A picture of the sample: how it is drawn, what is said of it, and who agreed; days are counted from today."""

    draw: Callable[[Pen], None]
    title: str
    description: str
    caption: str
    people: str
    consents: tuple[dict[str, object], ...] = ()
    ends_in: dict[str, int] = field(default_factory=dict)
    """In how many days the consent for somebody ends, by who is shown."""
    taken_back: str = ""
    """Who takes their consent back, once it is shown."""


@transaction.atomic
def add(*, city: City, coordinator: User, member: User) -> None:
    """Add them, once. No mail goes to those who agreed: they are made up."""
    if queries.pictures_of(city).filter(title=SAMPLES[0].title).exists():
        return
    for sample in SAMPLES:
        _add(sample, city, coordinator, member)


def _add(sample: Sample, city: City, coordinator: User, member: User) -> None:
    picture: Picture = domain.keep_picture(
        collection=queries.collection_of(city),
        file=drawn(sample.draw),
        title=sample.title,
        description=sample.description,
        caption=sample.caption,
        credit=city.display_name(),
        language="en",
        people=sample.people,
        user=member,
    )
    given = {}
    for consent in sample.consents:
        days = sample.ends_in.get(str(consent["shown"]))
        until = None if days is None else timezone.now().date() + timedelta(days=days)
        noted = domain.give_consent(of=picture, until=until, user=coordinator, is_mailed=False, **consent)  # type: ignore[arg-type]
        given[noted.shown] = noted
    domain.release(items=[picture])  # those that lack something stay hidden
    if sample.taken_back:
        domain.withdraw_consent(consent=given[sample.taken_back])


def drawn(draw: Callable[[Pen], None]) -> BytesIO:
    """A drawing on light paper, as the file that somebody sends in."""
    shade = Image.linear_gradient("L").resize((WIDTH * FINER, HEIGHT * FINER))
    whole = Image.composite(Image.new("RGB", shade.size, "#d9c9a8"), Image.new("RGB", shade.size, PAPER), shade)
    draw(ImageDraw.Draw(whole))
    out = BytesIO()
    whole.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=90)
    out.seek(0)
    return out


# --- What is drawn, in pixels of what is kept ---


def _fine(*places: float) -> tuple[float, ...]:
    return tuple(FINER * place for place in places)


def _drums(pen: Pen) -> None:
    pen.rectangle(_fine(0, 640, 1200, 800), fill=WOOD)
    for left, top, size, colour in ((140, 360, 260, RED), (460, 260, 340, BLUE), (860, 380, 220, RED)):
        depth = size * 0.9
        pen.rectangle(_fine(left, top, left + size, top + depth), fill=colour)
        pen.ellipse(_fine(left, top + depth - size / 6, left + size, top + depth + size / 6), fill=colour)
        pen.ellipse(_fine(left, top - size / 6, left + size, top + size / 6), fill=PAPER, outline=INK, width=12)


def _singers(pen: Pen) -> None:
    for row, (top, size) in enumerate(((180, 90), (330, 110))):
        for number in range(7 - row):
            left = 150 + row * 65 + number * 130
            pen.rounded_rectangle(
                _fine(left - 10, top + size, left + size + 10, 800), 80, fill=(INK, BLUE)[row], outline=PAPER, width=6
            )
            pen.ellipse(_fine(left, top, left + size, top + size), fill=(BLUE, WOOD)[row])


def _violin(pen: Pen) -> None:
    for top, bottom, half in ((240, 460, 130), (400, 700, 170)):
        pen.ellipse(_fine(600 - half, top, 600 + half, bottom), fill=WOOD, outline=INK, width=8)
    pen.rectangle(_fine(580, 60, 620, 420), fill=INK)
    for number in range(4):
        pen.line(_fine(588 + 8 * number, 70, 576 + 16 * number, 620), fill=PAPER, width=4)
    pen.line(_fine(250, 640, 960, 420), fill=INK, width=16)


def _notes(pen: Pen) -> None:
    for line in range(5):
        pen.line(_fine(80, 300 + 50 * line, 1120, 300 + 50 * line), fill=INK, width=6)
    for number, step in enumerate((7, 5, 6, 3, 4, 2, 4)):
        left, middle = 160 + 135 * number, 300 + 25 * step
        pen.ellipse(_fine(left, middle - 24, left + 62, middle + 24), fill=INK)
        pen.line(_fine(left + 58, middle, left + 58, middle - 170), fill=INK, width=10)


def _keys(pen: Pen) -> None:
    for number in range(12):
        pen.rectangle(_fine(100 * number, 200, 100 * number + 100, 700), fill="white", outline=INK, width=6)
    for number in range(12):
        if number % 7 in (0, 1, 3, 4, 5):
            pen.rectangle(_fine(100 * number + 68, 200, 100 * number + 132, 500), fill=INK)


SAMPLES = (
    Sample(
        _drums,
        "Three drums on a stage",
        "Three drums stand on a wooden stage. Nobody is there yet.",
        "Before the spring concert. A drawing, as all pictures of this sample city.",
        People.NOBODY,
    ),
    Sample(
        _singers,
        "A choir in two rows",
        "Thirteen singers stand in two rows on a stage.",
        "The choir of grade 5 sings for families.",
        People.MINORS,
        (
            {
                "shown": "Thirteen students of grade 5",
                "is_minor": True,
                "relation": Relation.SCHOOL,
                "given_by": "Sample Elementary School",
                "for_print": True,
            },
        ),
        ends_in={"Thirteen students of grade 5": 27},
    ),
    Sample(
        _violin,
        "A violin and its bow",
        "A teacher's violin and bow, as she shows how to hold them.",
        "A lesson after school.",
        People.ADULTS,
        (
            {
                "shown": "Noor Haddad",
                "is_minor": False,
                "relation": Relation.SELF,
                "given_by": "Noor Haddad",
                "for_site": False,
                "for_print": True,
            },
        ),
    ),
    Sample(
        _keys,
        "Two players at a piano",
        "The keys of a piano at which two students play.",
        "Four hands at the open day.",
        People.MINORS,
        (
            {
                "shown": "A student of grade 8",
                "is_minor": True,
                "relation": Relation.GUARDIAN,
                "given_by": "Pat Rivera",
                "for_social": True,
            },
            {
                "shown": "A student of grade 7",
                "is_minor": True,
                "relation": Relation.GUARDIAN,
                "given_by": "Kit Novak",
            },
        ),
        taken_back="A student of grade 7",
    ),
    Sample(
        _notes,
        "A line of notes on a board",
        "Seven notes on a staff, written on a board.",
        "",
        People.UNKNOWN,
    ),
)
"""One that everybody sees, one whose consent ends within a month, one in print alone, one taken back, one not looked at."""

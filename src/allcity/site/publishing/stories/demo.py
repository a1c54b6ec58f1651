"""Stories of the sample city: two that everybody reads, one that waits for a consent, and one of a city that is not here."""

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.directory.models import School
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.media.demo import SAMPLES, drawn
from allcity.site.publishing.models import Consent, Media, Picture, Story
from allcity.site.publishing.stories import domain, reviewing
from allcity.site.publishing.stories.checks import Words

DRUMS, CHOIR = SAMPLES[0], SAMPLES[1]


@transaction.atomic
def add(*, city: City, coordinator: User, member: User) -> None:  # noqa: ARG001 - samples take the same people
    """Add them, once. Nobody is mailed: their authors are made up."""
    if Story.objects.of(city).exists():
        return
    school = School.objects.of(city).current().order_by("pk").first()
    drums = _told(
        city,
        Words(
            title="The drums in room nine",
            before="Room nine was where broken chairs went. There was a music teacher on Tuesdays, for an hour.",
            happened="A drummer from the harbor came to ask what the teacher needed. She said: hands. Since then he is "
            "there on Tuesdays too, and on Thursdays after school, with twelve drums that the library lends. She plans "
            "the lessons, he plays in them.",
            now="Forty students drum each week. Three asked for lessons of their own, and got them.",
            language="en",
            shown_name="Sal Okafor",
            section="partnerships",
            participant="musicians",
            place=school.public_id if school else None,
        ),
    )
    _picture(drums, DRUMS.description, "Before the spring concert. A drawing, as all pictures of this sample city.")
    choir = _told(
        city,
        Words(
            title="Mi hija canta en dos idiomas",
            before="En casa cantamos siempre. En la escuela no había coro, y los de fuera quedaban lejos y eran caros.",
            happened="Una vecina leyó en este sitio que la biblioteca abría un coro sin cuota, a dos cuadras. Fuimos un "
            "sábado a mirar y se quedó.",
            now="Canta en español y en inglés, y ahora la escuela ensaya con ellos antes de cada concierto.",
            language="es",
            shown_name="Una madre del barrio del puerto",
            section="access",
            participant="families",
        ),
    )
    sung = _picture(choir, CHOIR.description, "El coro de los sábados.", Media.People.MINORS)
    media.give_consent(
        of=sung,
        shown="Trece estudiantes de quinto grado",
        is_minor=True,
        relation=Consent.Relation.SCHOOL,
        given_by="Harbor Library",
        is_mailed=False,
    )
    waiting = _told(
        city,
        Words(
            title="We lent our stage",
            happened="Our theater is empty on Monday mornings. Now four schools rehearse here, with their teachers.",
            now="Students know where the light switch is. That is how you can tell it is theirs.",
            language="en",
            section="ecosystem",
        ),
    )
    _picture(waiting, CHOIR.description, "Monday morning.", Media.People.MINORS)
    elsewhere = _told(
        None,
        Words(
            title="A bus at four",
            before="Our youth orchestra was full of those whose parents have a car.",
            happened="We asked the city for one bus, on one afternoon, with a stop at six schools.",
            now="Half of the cellos come by bus.",
            language="en",
            shown_name="Ines Marchetti",
            place_name="Millbrook Falls",
            section="access",
        ),
    )
    for story in (drums, choir, elsewhere):
        reviewing.approve(story=story, user=coordinator)


def _told(city: City | None, words: Words) -> Story:
    story = domain.tell_story(city=city, words=words, email="author@rivermouth.example", is_mailed=False)
    return domain.confirm(story=story)


def _picture(story: Story, description: str, caption: str, people: str = Media.People.NOBODY) -> Picture:
    draw = CHOIR.draw if people == Media.People.MINORS else DRUMS.draw
    return domain.add_picture(story=story, file=drawn(draw), description=description, caption=caption, people=people)

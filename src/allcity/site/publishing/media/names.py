"""A check for full names beside children. It finds what looks like one; a person decides.

Two words or more in a row that begin with a capital are taken for a name, unless one of them is a word that begins many
sentences or names a thing, a place, a month or an institution in English or Spanish.
"""

import re

from django.utils.translation import gettext as _

from allcity.site.publishing.models import Media

_WORD = r"[A-ZÀ-ÖØ-Þ](?:['’-]?[A-Za-zÀ-ÖØ-öø-ÿ])+"
_JOINED = r"(?:de la|de los|de las|del|de|da|dos|van|von|y)"
_NAME = re.compile(rf"(?<![\w@/])({_WORD})((?:[ \t]+(?:{_JOINED}[ \t]+)?(?:{_WORD}|[A-ZÀ-ÖØ-Þ]\.)){{1,6}})(?!\w)")
_WORDS = """
the a an our my your his her their this that these those we they he she it in on at after before when while with for
from and but or all every each some many most no not here there how what why who where as by to of if so then now today
el la los las un una unos unas nuestro nuestra nuestros nuestras mi su sus este esta estos estas ese esa aquel en al del
con para por desde hasta cuando mientras todos todas cada algunos muchas muchos aquí allí como qué después antes si

january february march july september october november december monday tuesday wednesday thursday friday saturday sunday
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre lunes martes miércoles jueves
viernes sábado domingo spring primavera verano otoño invierno

school schools elementary middle high academy college university district city county state street avenue park hall
center centre theater theatre church library museum foundation department board council association festival project
program programme north south east west new san santa saint st united states america american escuela colegio academia
universidad distrito ciudad condado estado calle avenida parque centro teatro iglesia biblioteca museo fundación
departamento consejo asociación proyecto programa norte sur este oeste nueva nuevo unidos

music band orchestra choir chorus ensemble strings jazz mariachi symphony concert opera philharmonic quartet drumline
violin cello piano guitar música banda orquesta coro conjunto cuerdas sinfonía concierto ópera filarmónica cuarteto
violín guitarra youth children students juvenil niños estudiantes grade grado declaration equity declaración
"""
"""How sentences begin, months and days that are no first names, places and institutions, and music."""
_NO_NAMES = frozenset(_WORDS.split())


def check_names(text: str, people: str) -> list[str]:
    """What looks like somebody's full name in words beside children or young people, as sentences; otherwise nothing."""
    if people != Media.People.MINORS:
        return []
    return [
        _("“%(name)s” looks like a full name. Beside children and young people, leave out family names.")
        % {"name": name}
        for name in full_names(text)
    ]


def full_names(text: str) -> list[str]:
    """What looks like full names in English or Spanish words, each once, in their order."""
    found: dict[str, None] = {}
    for match in _NAME.finditer(text):
        words = " ".join(match[0].split()).split(" ")
        while words and words[0].casefold() in _NO_NAMES:
            words = words[1:]
        capitals = [word for word in words if word[:1].isupper()]
        if len(capitals) > 1 and not any(word.strip(".").casefold() in _NO_NAMES for word in capitals):
            found[" ".join(words)] = None
    return list(found)

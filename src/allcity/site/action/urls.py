from allcity.site.action.briefing import urls as briefing
from allcity.site.action.committing import urls as committing
from allcity.site.action.convening import urls as convening
from allcity.site.action.endorsing import urls as endorsing
from allcity.site.action.examining import urls as examining
from allcity.site.action.meeting import urls as meeting

CITY_URLS = [
    path for part in (committing, examining, convening, meeting, endorsing, briefing) for path in part.CITY_URLS
]

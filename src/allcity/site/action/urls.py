from allcity.site.action.briefing import urls as briefing
from allcity.site.action.committing import urls as committing
from allcity.site.action.convening import urls as convening
from allcity.site.action.endorsing import urls as endorsing
from allcity.site.action.examining import urls as examining

CITY_URLS = [path for part in (committing, examining, convening, endorsing, briefing) for path in part.CITY_URLS]

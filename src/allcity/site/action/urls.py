from allcity.site.action.committing import urls as committing
from allcity.site.action.examining import urls as examining

CITY_URLS = [path for part in (committing, examining) for path in part.CITY_URLS]

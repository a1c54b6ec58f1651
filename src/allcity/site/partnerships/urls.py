from allcity.site.partnerships.agreeing import urls as agreeing
from allcity.site.partnerships.calendar import urls as calendar
from allcity.site.partnerships.checking import urls as checking
from allcity.site.partnerships.delivering import urls as delivering
from allcity.site.partnerships.evaluating import urls as evaluating
from allcity.site.partnerships.portfolios import urls as portfolios
from allcity.site.partnerships.readiness import urls as readiness
from allcity.site.partnerships.reviewing import urls as reviewing
from allcity.site.partnerships.twice import urls as twice

CITY_URLS = [
    path
    for part in (twice, agreeing, readiness, delivering, checking, reviewing, evaluating, portfolios, calendar)
    for path in part.CITY_URLS
]

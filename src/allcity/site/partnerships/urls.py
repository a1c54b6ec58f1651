from allcity.site.partnerships.twice import urls as twice

CITY_URLS = [*twice.CITY_URLS]

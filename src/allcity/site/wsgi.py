"""The site as a web server takes it."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from allcity.site.checks import unsafe
from allcity.site.environment import environment

if problems := unsafe(environment()):
    raise ImproperlyConfigured(" ".join(problems))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allcity.site.settings")
application = get_wsgi_application()

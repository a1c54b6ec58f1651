"""Who wants to know when a picture or a video stops being shown, or is shown otherwise than before."""

from collections.abc import Callable

from allcity.site.publishing.models import Picture, Video

Listener = Callable[[Picture | Video], None]

WITHDRAWN: list[Listener] = []
"""Called in the transaction in which it happens: whoever keeps a page, a feed or an export with it makes that anew."""

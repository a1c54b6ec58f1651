"""The blocks that editors make pages of: few, and each for one thing. How one is shown stands in its template."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

from allcity.declaration import load_framework
from allcity.site.publishing.blocks.choosing import organization_chooser, video_chooser

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
ACTIONS = {
    "tell": _("Tell your story"),
    "endorse": _("Endorse the Declaration"),
    "sessions": _("Come to a planning session"),
    "programs": _("Find a program"),
    "needs": _("See which needs are open"),
    "plan": _("Read what was decided"),
}
"""What a page can call its readers to do."""
VideoChooserBlock = video_chooser.get_block_class(name="VideoChooserBlock", module_path=__name__)
OrganizationChooserBlock = organization_chooser.get_block_class(name="OrganizationChooserBlock", module_path=__name__)


class TextBlock(blocks.RichTextBlock):
    """Words, with headings and lists."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"features": FEATURES, "label": _("Text"), **more})

    class Meta:
        icon = "pilcrow"
        template = "publishing/blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said, who agreed to be quoted. Children are not quoted by name."""

    words = blocks.TextBlock(label=_("What they said"), max_length=1000, rows=3)
    name = blocks.CharBlock(
        label=_("Who said it"),
        max_length=120,
        help_text=_("An adult's name. Of children write “a student of grade 5”."),
    )
    role = blocks.CharBlock(label=_("What they do"), max_length=120, required=False)
    agreed_on = blocks.DateBlock(label=_("When they agreed to be quoted here"))
    agreed = blocks.BooleanBlock(label=_("They have read these words and agreed that they stand here with their name"))

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "publishing/blocks/quote.html"


def figures() -> list[tuple[str, Any]]:
    """The figures that can be told: those of the framework that are measured."""
    found = [entry for entry in load_framework().indicators.values() if entry.figure]
    return [(str(entry.figure), _in_words(entry.id)) for entry in found]


def _title(indicator: str) -> str:
    language = (get_language() or "en").partition("-")[0]
    return load_framework().indicators[indicator].title.in_language(language)


_in_words = lazy(_title, str)
"""The title of an indicator in the language of whoever edits."""


class KeptBlock(blocks.FieldBlock):
    """What was kept of a figure when the page was saved. Nobody types it."""

    def __init__(self, **more: Any) -> None:
        self.field = forms.CharField(required=False, widget=forms.HiddenInput())
        super().__init__(**more)


class FigureBlock(blocks.StructBlock):
    """A figure from the city's data, with its year and its range; beside an earlier one where that is asked for."""

    figure = blocks.ChoiceBlock(choices=figures, label=_("Figure"))
    before = blocks.IntegerBlock(
        label=_("Beside the school year that began in"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("For example 2022. Leave it empty to show one year alone."),
    )
    year = blocks.IntegerBlock(
        label=_("School year that began in"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=_("Leave it empty for the newest."),
    )
    mode = blocks.ChoiceBlock(
        label=_("When the city measures again"),
        choices=[("updates", _("show the new figure")), ("stays", _("keep what it says now"))],
        default="updates",
    )
    words = blocks.CharBlock(label=_("A line to it"), max_length=300, required=False)
    kept = KeptBlock(required=False)

    class Meta:
        icon = "order"
        label = _("Figure from the city's data")
        template = "publishing/blocks/figure.html"


class NumberBlock(blocks.StructBlock):
    """A number that somebody else published, with what it counts, its year, and where it was read."""

    what = blocks.CharBlock(label=_("What is counted"), max_length=300)
    before = blocks.CharBlock(label=_("Before"), max_length=60, required=False)
    before_year = blocks.CharBlock(label=_("in the year"), max_length=20, required=False)
    value = blocks.CharBlock(label=_("Number"), max_length=60)
    year = blocks.CharBlock(
        label=_("in the year"), max_length=20, required=False, help_text=_("Leave it empty if nobody says.")
    )
    source = blocks.URLBlock(label=_("Where it was read"), max_length=500)

    class Meta:
        icon = "list-ol"
        label = _("Number from a source")
        template = "publishing/blocks/number.html"


class PictureBlock(blocks.StructBlock):
    """A picture. It is shown while everybody in it agrees."""

    picture = ImageChooserBlock(label=_("Picture"))

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "publishing/blocks/picture.html"


class GalleryBlock(blocks.StructBlock):
    """Several pictures that go together."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, required=False)
    pictures = blocks.ListBlock(ImageChooserBlock(label=_("Picture")), min_num=2, max_num=12, label=_("Pictures"))

    class Meta:
        icon = "grip"
        label = _("Gallery")
        template = "publishing/blocks/gallery.html"


class VideoBlock(blocks.StructBlock):
    """A video from the city's pictures and videos. Nothing is asked of another service before a reader chooses to go there."""

    video = VideoChooserBlock(label=_("Video"))

    class Meta:
        icon = "media"
        label = _("Video")
        template = "publishing/blocks/video.html"


class PartnerBlock(blocks.StructBlock):
    """Who works together with schools, and what they bring."""

    organization = OrganizationChooserBlock(label=_("Organization in the directory"), required=False)
    name = blocks.CharBlock(
        label=_("Name"), max_length=160, required=False, help_text=_("Where it is not in the directory.")
    )
    text = TextBlock(label=_("What they bring, and with whom"), features=["bold", "italic", "link"])
    url = blocks.URLBlock(label=_("Their page"), required=False, max_length=500)

    class Meta:
        icon = "group"
        label = _("Partner")
        template = "publishing/blocks/partner.html"


class EventBlock(blocks.StructBlock):
    """Something that happened, and when."""

    when = blocks.CharBlock(label=_("When"), max_length=40)
    what = blocks.TextBlock(label=_("What happened"), max_length=600, rows=2)
    source = blocks.URLBlock(label=_("Where it was read"), required=False, max_length=500)


class TimelineBlock(blocks.StructBlock):
    """What changed when."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, required=False)
    events = blocks.ListBlock(EventBlock(), min_num=1, label=_("What happened"))

    class Meta:
        icon = "history"
        label = _("Timeline")
        template = "publishing/blocks/timeline.html"


class MapBlock(blocks.StructBlock):
    """The city's schools on its map, beside the list that says the same."""

    title = blocks.CharBlock(label=_("Title"), max_length=120, required=False)

    class Meta:
        icon = "site"
        label = _("Map of the city")
        template = "publishing/blocks/map.html"


class CallToActionBlock(blocks.StructBlock):
    """One thing that a reader can do now."""

    words = blocks.CharBlock(label=_("Why"), max_length=300, required=False)
    action = blocks.ChoiceBlock(
        label=_("What to do"),
        choices=list(ACTIONS.items()),
    )

    class Meta:
        icon = "bell"
        label = _("Call to action")
        template = "publishing/blocks/action.html"


BODY = (
    ("text", TextBlock()),
    ("quote", QuoteBlock()),
    ("figure", FigureBlock()),
    ("number", NumberBlock()),
    ("picture", PictureBlock()),
    ("gallery", GalleryBlock()),
    ("video", VideoBlock()),
    ("partner", PartnerBlock()),
    ("timeline", TimelineBlock()),
    ("map", MapBlock()),
    ("action", CallToActionBlock()),
)
"""What a page is made of."""


class BodyField(StreamField):
    """The blocks of a page. Migrations do not list them: what they are is no matter of the database."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*(args or (BODY,)), **more)

    def deconstruct(self) -> Any:
        """How migrations make it: without its blocks."""
        name, path, _args, more = super().deconstruct()
        return name, path, [], {key: value for key, value in more.items() if key != "block_lookup"}

"""Choosing a video or an organization for a block: of those that hooks leave of it, as with Wagtail's own choosers."""

from typing import Any

from django.db.models import QuerySet
from wagtail import hooks
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet

HOOK = "construct_item_chooser_queryset"


class OwnAlone:
    """Of what there is to choose, what belongs to the cities whose pages the person edits."""

    request: Any

    def get_object_list(self) -> QuerySet[Any]:
        """What there is to choose."""
        return own(super().get_object_list(), self.request)  # type: ignore[misc] # of the view that it stands before

    def get_object(self, pk: Any) -> Any:
        """The one that was chosen, unless it is another city's."""
        return own(self.model_class.objects.all(), self.request).get(pk=pk)  # type: ignore[attr-defined]


def own(rows: QuerySet[Any], request: Any) -> QuerySet[Any]:
    """Those of the rows that the person may choose: what every hook leaves."""
    for leave in hooks.get_hooks(HOOK):
        rows = leave(rows, request)
    return rows


class OwnChooseView(OwnAlone, chooser.ChooseView):
    """The window in which one chooses."""


class OwnResultsView(OwnAlone, chooser.ChooseResultsView):
    """What it shows once one has searched."""


class OwnChosenView(OwnAlone, chooser.ChosenView):
    """What was chosen."""


class OwnChosenMultipleView(OwnAlone, chooser.ChosenMultipleView):
    """Several that were chosen."""

    def get_objects(self, pks: Any) -> QuerySet[Any]:
        """Those of them that are one's own."""
        return own(self.model_class.objects.filter(pk__in=pks), self.request)


class OwnChooser(ChooserViewSet):
    """Chooses among what belongs to one's own cities."""

    choose_view_class = OwnChooseView
    choose_results_view_class = OwnResultsView
    chosen_view_class = OwnChosenView
    chosen_multiple_view_class = OwnChosenMultipleView
    register_widget = False


video_chooser = OwnChooser("chosen_videos", model="publishing.Video", icon="media")
organization_chooser = OwnChooser("chosen_organizations", model="directory.Organization", icon="group")
CHOOSERS = (video_chooser, organization_chooser)

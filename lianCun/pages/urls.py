"""Addresses of the whole-product pages."""

from django.conf import settings
from django.urls import include, path

from kit import sessions
from lianCun.pages import anchors, appearance, howto, search, styleguide, tickets, trace, workbench
from lianCun.pages.drafts import draft
from lianCun.pages.files import Download
from lianCun.pages.still_here import still_here

urlpatterns = [
    path("", workbench.Workbench.as_view(), name="workbench"),
    path("search/", search.Search.as_view(), name="search"),
    path("trace/", trace.Trace.as_view(), name="trace"),
    path("how-to/", howto.how_to, name="how-to"),
    path("large-type/", appearance.set_large_type, name="large-type"),
    path("still-here/", still_here, name="keep-alive"),
    path("drafts/<slug:form>/", draft, name="draft"),
    path("files/<uuid:file_id>/", Download.as_view(), name="file"),
    path("public/answers/", sessions.never_held(tickets.Lookup.as_view()), name="ticket-lookup"),
    path("public/anchors/", anchors.Anchors.as_view(), name="public-anchors"),
    path("public/anchors.txt", anchors.PlainAnchors.as_view(), name="public-anchors-text"),
    path("", include("orgs.pages.urls")),
    path("", include("deliberation.pages.urls")),
    path("", include("resources.pages.urls")),
    path("", include("oversight.pages.urls")),
]

if settings.DEBUG or settings.DEMO:
    urlpatterns += [
        path("styleguide/", styleguide.StyleGuide.as_view(), name="styleguide"),
        path("styleguide/form/", styleguide.FormGuide.as_view(), name="styleguide-form"),
        path("styleguide/body/", styleguide.BodyGuide.as_view(), name="styleguide-body"),
        path("styleguide/refusal/<int:status>/", styleguide.refusal_example, name="styleguide-refusal"),
    ]

"""What lies under /templates/. The names of pages beside the templates' own are reserved (templates_app.editor)."""

from django.urls import path

from escalations.views.wordings import edit, keep, listing, sample, versions

urlpatterns = [
    path("", listing.templates, name="templates"),
    path("new/", edit.new, name="template-new"),
    path("preview/", sample.preview, name="template-preview"),
    path("<slug:slug>/", edit.edit, name="template"),
    path("<slug:slug>/versions/", versions.versions, name="template-versions"),
    path("<slug:slug>/versions/<int:number>/restore/", versions.take_up, name="template-restore"),
    *(
        path(f"<slug:slug>/{what}/", keep.act, {"what": what}, name=f"template-{what}")
        for what in ("archive", "unarchive", "delete")
    ),
]

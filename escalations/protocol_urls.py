"""What lies under /protocol/."""

from django.urls import path

from escalations.views.protocol import edit, page, simulate, steps, versions

urlpatterns = [
    path("", page.document, name="protocol"),
    path("print/", page.paper, name="protocol-print"),
    path("versions/", versions.versions, name="protocol-versions"),
    path("versions/begin/", steps.begin, name="protocol-begin"),
    path("versions/<int:pk>/", versions.version, name="protocol-version"),
    path("versions/<int:pk>/print/", versions.paper, name="protocol-version-print"),
    path("versions/<int:pk>/edit/", edit.edit, name="protocol-edit-first"),
    path("versions/<int:pk>/edit/<slug:part>/", edit.edit, name="protocol-edit"),
    path("versions/<int:pk>/ask/", steps.ask, name="protocol-ask"),
    path("versions/<int:pk>/sign/", steps.sign, name="protocol-sign"),
    path("versions/<int:pk>/withdraw/", steps.withdraw, name="protocol-withdraw"),
    path("versions/<int:pk>/catch-up/", steps.catch_up, name="protocol-catch-up"),
    path("versions/<int:pk>/simulate/", simulate.simulate, name="protocol-simulate"),
    path("versions/<int:pk>/simulate/cancel/", simulate.cancel, name="protocol-simulate-cancel"),
]

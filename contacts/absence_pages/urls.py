from django.urls import path

from contacts.absence_pages import turns, views

urlpatterns = [
    path("absences/", views.absences, name="absences"),
    path("absences/new/", views.new, name="absence-new"),
    path("absences/<int:key>/", views.change, name="absence"),
    path("absences/<int:key>/remove/", views.remove, name="absence-remove"),
    path("contacts/rotations/", turns.rotations, name="rotations"),
    path("contacts/rotations/<slug:team>/<slug:level>/", turns.rotation, name="rotation"),
    path("contacts/rotations/<slug:team>/<slug:level>/end/", turns.end, name="rotation-end"),
]

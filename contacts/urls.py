from django.urls import path

from contacts.preferences import stop, views

urlpatterns = [
    path("settings/", views.preferences, name="settings"),
    path("overviews/<str:token>/", stop.stop, name="stop"),
]

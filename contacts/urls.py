from django.urls import path

from contacts.preferences import addresses, stop, views

urlpatterns = [
    path("settings/", views.preferences, name="settings"),
    path("settings/channels/webhook/secret/", addresses.secret, name="channel-secret"),
    path("settings/channels/<slug:channel>/test/", addresses.test, name="channel-test"),
    path("overviews/<str:token>/", stop.stop, name="stop"),
]

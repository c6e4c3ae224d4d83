from django.urls import path

from metrics.noise import views

urlpatterns = [
    path("noise/", views.noise, name="noise"),
]

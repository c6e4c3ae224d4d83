from django.urls import path

from templates_app import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.message, name="outbox-message"),
    path("outbox/<int:pk>/html/", views.message_html, name="outbox-message-html"),
]

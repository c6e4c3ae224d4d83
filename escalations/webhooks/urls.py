from django.urls import path

from escalations.webhooks import log, pages

urlpatterns = [
    path("", pages.webhooks, name="webhooks"),
    path("new/", pages.new, name="webhook-new"),
    path("<int:pk>/", log.webhook, name="webhook"),
    path("<int:pk>/edit/", pages.edit, name="webhook-edit"),
    path("<int:pk>/secret/", pages.secret, name="webhook-secret"),
    path("<int:pk>/rotate/", pages.rotate, name="webhook-rotate"),
    path("<int:pk>/test/", pages.test, name="webhook-test"),
    path("<int:pk>/remove/", pages.remove, name="webhook-remove"),
    path("<int:pk>/again/", log.all_again, name="webhook-again"),
    path("<int:pk>/on/", pages.switch, {"how": "on"}, name="webhook-on"),
    path("<int:pk>/off/", pages.switch, {"how": "off"}, name="webhook-off"),
    path("<int:pk>/deliveries/<int:key>/", log.delivery, name="webhook-delivery"),
    path("<int:pk>/deliveries/<int:key>/again/", log.again, name="webhook-delivery-again"),
]

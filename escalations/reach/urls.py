from django.urls import path

from escalations.reach import views

urlpatterns = [
    path("contacts/coverage/", views.coverage, name="coverage"),
    path("contacts/drills/", views.all_drills, name="drills"),
    path("contacts/drills/<int:key>/", views.one_drill, name="drill"),
    path("drill/<str:token>/", views.confirm, name="drill-confirm"),
]

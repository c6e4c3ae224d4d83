from django.urls import path

from metrics.dashboard import views as dashboard
from metrics.noise import views
from metrics.rows_page import views as rows_page

urlpatterns = [
    path("noise/", views.noise, name="noise"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/filters/", dashboard.filters, name="dashboard-filters"),
    path("dashboard/definitions/", dashboard.definitions, name="dashboard-definitions"),
    path("dashboard/goals/", dashboard.set_goals, name="dashboard-goals"),
    path("dashboard/export.csv", dashboard.export_csv, name="dashboard-csv"),
    path("dashboard/export.xlsx", dashboard.export_xlsx, name="dashboard-xlsx"),
    path("dashboard/issues/", rows_page.issues, name="dashboard-issues"),
    path("dashboard/issues/export/", rows_page.export, name="dashboard-issues-export"),
]

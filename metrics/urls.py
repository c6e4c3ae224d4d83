from django.urls import path

from metrics.dashboard import views as dashboard
from metrics.noise import views
from metrics.reports import views as reports
from metrics.reports.schedules import views as schedules
from metrics.reports.schedules.stop import stop
from metrics.rows_page import views as rows_page

urlpatterns = [
    path("noise/", views.noise, name="noise"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/filters/", dashboard.filters, name="dashboard-filters"),
    path("dashboard/definitions/", dashboard.definitions, name="dashboard-definitions"),
    path("dashboard/goals/", dashboard.set_goals, name="dashboard-goals"),
    path("dashboard/export.csv", dashboard.export_csv, name="dashboard-csv"),
    path("dashboard/export.xlsx", dashboard.export_xlsx, name="dashboard-xlsx"),
    path("customers/<slug:slug>/report/", reports.report, name="customer-report"),
    path("customers/<slug:slug>/report.csv", reports.as_csv, name="customer-report-csv"),
    path("customers/<slug:slug>/report.xlsx", reports.as_xlsx, name="customer-report-xlsx"),
    path("dashboard/issues/", rows_page.issues, name="dashboard-issues"),
    path("dashboard/issues/export/", rows_page.export, name="dashboard-issues-export"),
    path("reports/", schedules.reports, name="reports"),
    path("reports/new/", schedules.new, name="report-new"),
    path("reports/<int:key>/", schedules.change, name="report"),
    path("reports/<int:key>/pause/", schedules.pause, name="report-pause"),
    path("reports/<int:key>/delete/", schedules.delete, name="report-delete"),
    path("reports/<int:key>/now/", schedules.now, name="report-now"),
    path("reports/stop/<str:token>/", stop, name="report-stop"),
]

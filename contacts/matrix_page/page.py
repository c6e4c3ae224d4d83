"""The matrix: everybody who is signed in reads it, managers and administrators keep it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from contacts.matrix_page.grid import shown


@login_required
@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    return render(request, "contacts/matrix.html", shown(timezone.now()))

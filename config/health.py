from django.http import HttpRequest, HttpResponse
def process(request: HttpRequest) -> HttpResponse: return HttpResponse("ok")
ready = engine = metrics = process

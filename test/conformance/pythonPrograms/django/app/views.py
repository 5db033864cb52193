from django.http import HttpResponse

from .models import Book


def index(request):
    return HttpResponse(",".join(book.title for book in Book.objects.all()))


def error(request):
    raise RuntimeError("meant")

from django.contrib.auth.models import User
from django.db.models import Count, Q, Sum
from django.test import Client, TestCase

from .models import Author, Book


class LibraryTest(TestCase):
    def setUp(self):
        authors = [Author.objects.create(name=name) for name in "AB"]
        for number in range(20):
            Book.objects.create(title="t%02d" % number, author=authors[number % 3 == 0], pages=number)

    def test_queries(self):
        sums = Author.objects.annotate(count=Count("books"), sum=Sum("books__pages")).order_by("name")
        self.assertEqual(list(sums.values_list("name", "count", "sum")), [("A", 13, 127), ("B", 7, 63)])
        print(Book.objects.filter(Q(pages__gt=5) & ~Q(author__name="A") | Q(title__startswith="t1")).query)

    def test_pages(self):
        User.objects.create_superuser("name", "name@example.org", "password")
        client = Client()
        self.assertTrue(client.login(username="name", password="password"))
        for url in ["/", "/admin/", "/admin/app/book/", "/admin/app/book/add/", "/admin/app/author/1/change/"]:
            response = client.get(url)
            self.assertEqual(response.status_code, 200)
            print(url, len(response.content) // 100)

    def test_page_of_an_error(self):
        response = Client(raise_request_exception=False).get("/error")
        print(b"meant" in response.content, response.content.count(b"views.py"))

    def test_that_fails(self):
        self.assertEqual(Book.objects.first().title, "another")

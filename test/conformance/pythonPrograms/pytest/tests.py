import sys
import warnings

import pytest


@pytest.fixture(params=[1, 2])
def number(request):
    yield request.param


def test_of_a_fixture(number):
    assert number in (1, 2)


def test_of_a_rewritten_assertion():
    found = [1, 2, 3]
    assert found == [1, 2, 4], "not the same"


def deep(count):
    if count == 0:
        raise ValueError("deep")
    return deep(count - 1)


def test_of_a_recursion():
    deep(5)


def test_of_an_assertion_in_many_lines():
    # fmt: off
    value = (1 +
             2)
    assert (value
            == 4)
    # fmt: on


def test_of_captured_output(capsys):
    print("hello")
    assert capsys.readouterr().out == "hello\n"


def test_of_warnings():
    warnings.warn("a warning")
    print("output")
    sys.stderr.write("errors")


@pytest.mark.parametrize("left,right", [(1, 2), (3, 3)])
def test_of_parameters(left, right):
    assert left == right


@pytest.mark.xfail
def test_that_is_to_fail():
    assert 0


@pytest.mark.skipif(True, reason="a reason")
def test_that_is_skipped():
    pass


def test_of_an_error():
    with pytest.raises(ZeroDivisionError) as error:
        1 / 0
    assert "something else" in str(error.value)


class TestOfAClass:
    def setup_method(self):
        self.value = 1

    def test_method(self, monkeypatch):
        monkeypatch.setenv("A", "1")
        assert self.value == 2

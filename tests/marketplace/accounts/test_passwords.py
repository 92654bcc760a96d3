import pytest

from marketplace.accounts.schemas import weakness


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "10 characters or more"),
        ("x" * 201, "200 characters or fewer"),
        ("Password123", "harder to guess"),
        ("1234567890", "harder to guess"),
        ("aaaaaaaaaaaa", "harder to guess"),
        ("Ida Bergström", "not your name"),
        ("idabergström", "not your name"),
        ("ida.bergstrom@example.org", "not your name or your address"),
        ("ida.bergstrom", "not your name or your address"),
    ],
)
def test_a_weak_password_is_told_what_to_be(app, password, words):
    with app.test_request_context():
        said = weakness(password, "Ida Bergström", "ida.bergstrom@example.org")
    assert words in said


@pytest.mark.parametrize("password", ["four unrelated words", "åäö åäö åäö", "x7!kQ0pl9_"])
def test_a_good_password_needs_no_signs_and_no_capitals(app, password):
    with app.test_request_context():
        assert weakness(password, "Ida", "ida@example.org") is None

from marketplace.accounts import service

PASSWORD = "four unrelated words"


def add(app, password=PASSWORD, email="Ada@example.org"):
    args = ["people", "add-admin", email, "Ada", "--password", password]
    return app.test_cli_runner().invoke(args=args)


def test_an_admin_is_added_from_a_shell(app):
    answer = add(app)
    assert answer.exit_code == 0, answer.output
    assert "ada@example.org" in answer.output
    with app.app_context():
        from marketplace.kit.db import db

        assert service.check_password(db(), "ada@example.org", PASSWORD).is_admin


def test_a_weak_password_a_wrong_address_and_a_taken_one_are_said(app):
    assert "10 characters" in add(app, "short").output
    assert "name@example.org" in add(app, email="ada").output
    add(app)
    answer = add(app)
    assert answer.exit_code == 1
    assert "already belongs to someone" in answer.output

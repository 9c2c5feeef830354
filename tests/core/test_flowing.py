"""What one way to the system has no place for, the other ways try all the same."""

from flowing import flow_tests

TEST = "test_selling__a_gift_is_offered_and_then_free"


def marks(one: object) -> list[str]:
    return [mark.name for mark in getattr(one, "pytestmark", [])]


def test_what_one_leaves_out_the_next_goes_through() -> None:
    before, without = flow_tests({}), flow_tests({TEST: "no place for it"})
    after = flow_tests({})
    assert marks(without[TEST]) == [*marks(before[TEST]), "skip"]
    assert "skip" not in marks(before[TEST])
    assert after == before

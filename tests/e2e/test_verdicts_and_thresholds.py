"""What people say of takes is kept beside what the gates said, and thresholds are learned from both."""

from __future__ import annotations

import json


def test_a_persons_verdicts_and_yeses_calibrate_the_rules_that_judged_those_takes(drafted):
    film = drafted
    film.approve()
    said = json.loads(
        film.say("verdict", "SC010_SH0020", "fail", "--rule", "V102", "--why", "not her chin", "--json", "--yes")
    )
    assert (said["take"], said["verdict"], said["rules"]) == ("clip draft v001", "fail", ["V102"])

    told = json.loads(film.say("calibrate", "SC010", "--json"))

    rules = {row["rule"]: row for row in told["rules"]}
    # Four clips and two panels were approved; of one clip a person takes one word back.
    assert (rules["V104"]["good"], rules["V104"]["bad"]) == (6, 0)
    assert (rules["V102"]["good"], rules["V102"]["bad"]) == (5, 1)
    assert not rules["V102"]["enough"]
    [clip] = film.ledger.takes(shot="SC010_SH0020", stage="clip")
    filed = film.ledger.verdict(clip.generation_key)
    assert filed is not None
    assert filed.passed  # the gate's own word is not changed

    film.say("verdict", "SC010_SH0020", "pass", "--yes")
    again = {row["rule"]: row for row in json.loads(film.say("calibrate", "SC010", "--json"))["rules"]}
    assert (again["V102"]["good"], again["V102"]["bad"]) == (6, 0)

    film.say("verdict", "SC010_SH0040", "fail", "--yes")
    told = json.loads(film.say("calibrate", "SC010", "--json"))
    assert told["unnamed"] == 1
    assert {row["bad"] for row in told["rules"]} == {0}

"""Pages of commitments and of the plan as a browser sees them: addresses, who looks at them, and what the demonstration has."""

import re

from playwright.sync_api import Page

CITY = "/rivermouth"
_ONE = f"{CITY}/commitments/{{commitment}}"

PAGES = {
    "city:commitments": (f"{CITY}/commitments/",),
    "city:commitments for members": (f"{CITY}/commitments/?state=at_work", "member"),
    "city:commitments-board": (f"{CITY}/commitments/board/", "coordinator"),
    "city:commitment-new": (f"{CITY}/commitments/new/?section=access", "coordinator"),
    "city:commitment-new for members": (f"{CITY}/commitments/new/", "member"),
    "city:commitment": (f"{_ONE}/",),
    "city:commitment for coordinators": (f"{_ONE}/", "coordinator"),
    "city:commitment-change": (f"{_ONE}/change/", "coordinator"),
    "city:commitment-step": (f"{_ONE}/steps/drop/", "coordinator"),
    "city:plan": (f"{CITY}/plan/",),
    "city:plan for coordinators": (f"{CITY}/plan/", "coordinator"),
    "city:plan-change": (f"{CITY}/plan/change/", "coordinator"),
    "city:plan-strategies": (f"{CITY}/plan/strategies/access/", "coordinator"),
    "city:need-of-conversation": (f"{CITY}/conversations/{{committed_talk}}/need/", "coordinator"),
}
"""Addresses after the language, and who looks at them."""
ANSWER_FORMS_ALONE = {"city:commitment-milestone"}
FILES = {"city:plan-paper"}
ON_ITS_JOURNEY: set[str] = set()


def committed(coordinator: Page) -> dict[str, str]:
    """A commitment of the demonstration that has steps and a figure to move, and the conversation that one came from."""
    coordinator.goto(f"/en{CITY}/commitments/?q=ensembles")
    (commitment,) = dict.fromkeys(re.findall(r"/rivermouth/commitments/([\w-]{36})/", coordinator.content()))
    coordinator.goto(f"/en{CITY}/conversations/?q=rehearsals")
    talk = re.findall(r"/rivermouth/conversations/([\w-]{36})/", coordinator.content())[0]
    return {"commitment": commitment, "committed_talk": talk}

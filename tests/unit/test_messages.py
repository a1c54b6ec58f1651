"""Sentences made below the site, told in another language."""

import ast
import copy
import json
from pathlib import Path

import pytest

import allcity
from allcity.declaration.messages import Message, clause, from_json, sentence, to_json, told

SPANISH = {
    "there is no {what} in {table}": "en {table} no hay {what}",
    "a text": "un texto",
    "did you mean it?": "¿quiso decir eso?",
    "{key} is wrong": "está mal {key}",
}


def spanish(template: str) -> str:
    return SPANISH[template]


def test_a_message_is_its_english_text_and_can_be_told_in_another_language():
    message = Message("there is no {what} in {table}", what=Message("a text"), table="{braces}")
    assert message == "there is no a text in {braces}"
    assert told(message, spanish) == "en {braces} no hay un texto"


def test_other_texts_stay_as_they_are():
    assert told("a text", spanish) == "a text"


@pytest.mark.parametrize(
    ("message", "english", "other"),
    [
        (sentence(Message("a text")), "A text.", "Un texto."),
        (sentence(Message("did you mean it?")), "Did you mean it?", "¿Quiso decir eso?"),
        (sentence(Message("{key} is wrong", key="fee")), "fee is wrong.", "Está mal fee."),
        (clause(sentence(Message("a text"))), "a text", "un texto"),
        (sentence("of a city's own"), "Of a city's own.", "Of a city's own."),
    ],
)
def test_a_message_takes_its_place_in_a_sentence_in_each_language(message, english, other):
    assert message == english
    assert told(message, spanish) == other


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda message: from_json(json.loads(json.dumps(to_json(message))))])
def test_a_message_survives_being_kept(copied):
    kept = copied(sentence(Message("there is no {what} in {table}", what=Message("a text"), table="{t}")))
    assert kept == "There is no a text in {t}."
    assert told(kept, spanish) == "En {t} no hay un texto."


def test_no_problem_of_the_layers_below_the_site_is_said_in_a_text_that_cannot_be_told():
    """Messages and remedies of problems, and what an import leaves out because, are no plain strings."""
    plain = []
    for path in [
        path for layer in ("declaration", "formats") for path in (Path(allcity.__path__[0]) / layer).glob("*.py")
    ]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said: list[ast.expr] = []
            match node:
                case ast.Call(func=ast.Name(id="Problem")):
                    said = node.args[1:3] if "formats" in path.parts else node.args[3:5]
                case ast.Call(func=ast.Attribute(attr="problem")):
                    said = node.args[1:3]
                case ast.Call(func=ast.Attribute(attr="flag")):
                    said = [one.body if isinstance(one, ast.Lambda) else one for one in node.args[2:4]]
                case ast.Assign(targets=[ast.Name(id="message" | "remedy" | "because")]):
                    said = [node.value]
                case ast.keyword(arg="because" | "remedy"):
                    said = [node.value]
            plain += [
                f"{path.name}:{one.lineno}"
                for one in said
                if isinstance(one, ast.JoinedStr) or (isinstance(one, ast.Constant) and one.value)
            ]
    assert not plain

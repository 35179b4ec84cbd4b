"""Quizzes as QTI: the package is complete, every item can be answered, all feedback is there."""

import io
import zipfile
from xml.etree import ElementTree

import pytest

from maskrcnn_explained.course.quizzes.filling import filled_numbers, filled_quiz
from maskrcnn_explained.course.quizzes.jupyterquiz_form import quiz_html
from maskrcnn_explained.course.quizzes.qti import (
    PACKAGE_NAMESPACE,
    QTI_NAMESPACE,
    QTI_TYPES,
    quizzes_as_qti,
)
from maskrcnn_explained.course.quizzes.quiz import SEVERAL_RIGHT, TYPED_NUMBER

SPACE, PACKED = {"q": QTI_NAMESPACE}, {"p": PACKAGE_NAMESPACE}


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        return {name: ElementTree.fromstring(package.read(name)) for name in package.namelist()}


def material(element):
    return element.find(".//q:mattext", SPACE).text


def test_the_package():
    quizzes = [filled_quiz(number) for number in filled_numbers()]
    content = quizzes_as_qti(quizzes)
    assert content == quizzes_as_qti(quizzes)  # the same bytes every time
    files = opened(content)
    resources = files["imsmanifest.xml"].findall(".//p:resource", PACKED)
    assert {r.get("href") for r in resources} == set(files) - {"imsmanifest.xml"}
    assert all(r.get("type") == "imsqti_xmlv1p2" for r in resources)
    assert len({r.get("identifier") for r in resources}) == len(quizzes)
    items = [item for root in files.values() for item in root.findall(".//q:item", SPACE)]
    assert len(items) == sum(len(quiz.questions) for quiz in quizzes)
    assert len({item.get("ident") for item in items}) == len(items)


@pytest.mark.parametrize("number", filled_numbers())
def test_every_question_is_in_it(number):
    quiz = filled_quiz(number)
    root = opened(quizzes_as_qti([quiz]))[f"quiz_{number}/quiz_{number}.xml"]
    items = root.findall(".//q:item", SPACE)
    for item, (key, asked) in zip(items, quiz.by_key().items(), strict=True):
        assert item.get("title") == f"{key} {asked.topic}"
        assert material(item.find("q:presentation", SPACE)) == quiz_html(asked.text)
        entries = {
            field.find("q:fieldlabel", SPACE).text: field.find("q:fieldentry", SPACE).text
            for field in item.findall(".//q:qtimetadatafield", SPACE)
        }
        assert entries == {"question_type": QTI_TYPES[asked.kind], "points_possible": "1.0"}
        feedback = {f.get("ident"): material(f) for f in item.findall("q:itemfeedback", SPACE)}
        links = [f.get("linkrefid") for f in item.findall(".//q:displayfeedback", SPACE)]
        assert sorted(links) == sorted(feedback)
        check = check_number if asked.kind == TYPED_NUMBER else check_choices
        check(item, asked, feedback)


def scoring(item):
    """The one condition that gives the point."""
    conditions = item.findall(".//q:respcondition", SPACE)
    [found] = [one for one in conditions if one.find("q:setvar", SPACE) is not None]
    assert found.find("q:setvar", SPACE).text == "100"
    return found.find("q:conditionvar", SPACE)


def check_choices(item, asked, feedback):
    labels = item.findall(".//q:response_label", SPACE)
    assert [material(label) for label in labels] == [quiz_html(c.text) for c in asked.choices]
    idents = [label.get("ident") for label in labels]
    told = [feedback[f"{ident}_fb"] for ident in idents]
    assert told == [quiz_html(choice.explanation) for choice in asked.choices]
    condition = scoring(item)
    refused = {one.text for one in condition.findall(".//q:not/q:varequal", SPACE)}
    wanted = {one.text for one in condition.findall(".//q:varequal", SPACE)} - refused
    right = {i for i, choice in zip(idents, asked.choices, strict=True) if choice.correct}
    assert wanted == right
    several = asked.kind == SEVERAL_RIGHT
    assert refused == (set(idents) - right if several else set())
    lid = item.find(".//q:response_lid", SPACE)
    assert lid.get("rcardinality") == ("Multiple" if several else "Single")


def check_number(item, asked, feedback):
    condition = scoring(item)
    [right] = [choice for choice in asked.choices if choice.correct]
    value = float(condition.find(".//q:varequal", SPACE).text)
    low = float(condition.find(".//q:vargte", SPACE).text)
    high = float(condition.find(".//q:varlte", SPACE).text)
    assert value == float(right.text)
    assert (value - low, high - value) == pytest.approx((asked.tolerance, asked.tolerance))
    assert feedback["correct_fb"] == quiz_html(right.explanation)
    told = feedback["general_incorrect_fb"]
    wrong = [choice for choice in asked.choices if not choice.correct]
    texts = [quiz_html(asked.otherwise)]
    texts += [f"{choice.text}: {quiz_html(choice.explanation)}" for choice in wrong]
    assert all(text in told for text in texts)

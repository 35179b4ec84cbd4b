"""Quizzes as a QTI package: a zip file that Canvas, Blackboard and other platforms import.

One assessment per notebook. Every choice has its explanation as feedback; where a number is typed,
the explained wrong numbers stand in the feedback for wrong answers.

Source: IMS Question & Test Interoperability 1.2, with the question types that Canvas reads.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from xml.etree import ElementTree

from maskrcnn_explained.course.quizzes.jupyterquiz_form import quiz_html
from maskrcnn_explained.course.quizzes.quiz import (
    ONE_RIGHT,
    SEVERAL_RIGHT,
    TYPED_NUMBER,
    Question,
    Quiz,
)

QTI_NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE_NAMESPACE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
QTI_TYPES = {
    ONE_RIGHT: "multiple_choice_question",
    SEVERAL_RIGHT: "multiple_answers_question",
    TYPED_NUMBER: "numerical_question",
}
RESPONSE = "response1"
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # of each file in the zip, so that its bytes are always the same

Element = ElementTree.Element


def quizzes_as_qti(quizzes: Sequence[Quiz]) -> bytes:
    """Filled quizzes as the bytes of a zip file: imsmanifest.xml, and one file per quiz."""
    files = {"imsmanifest.xml": _manifest(quizzes)}
    for quiz in quizzes:
        files[_file_name(quiz)] = _assessment(quiz)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, root in files.items():
            ElementTree.indent(root)
            content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
            package.writestr(zipfile.ZipInfo(name, FIRST_DATE), content)
    return buffer.getvalue()


def _file_name(quiz):
    return f"quiz_{quiz.notebook}/quiz_{quiz.notebook}.xml"


def _manifest(quizzes: Sequence[Quiz]) -> Element:
    root = Element("manifest", xmlns=PACKAGE_NAMESPACE, identifier="maskrcnn_explained_quizzes")
    metadata = _add(root, "metadata")
    _add(metadata, "schema", "IMS Content")
    _add(metadata, "schemaversion", "1.1.3")
    _add(root, "organizations")
    resources = _add(root, "resources")
    for quiz in quizzes:
        name, kind = _file_name(quiz), "imsqti_xmlv1p2"
        identifier = f"quiz_{quiz.notebook}"
        resource = _add(resources, "resource", identifier=identifier, type=kind, href=name)
        _add(resource, "file", href=name)
    return root


def _assessment(quiz: Quiz) -> Element:
    root = Element("questestinterop", xmlns=QTI_NAMESPACE)
    title = f"Mask R-CNN explained: quiz of notebook {quiz.notebook}"
    assessment = _add(root, "assessment", ident=f"quiz_{quiz.notebook}", title=title)
    section = _add(assessment, "section", ident="root_section")
    for key, asked in quiz.by_key().items():
        ident = f"q_{key.replace('.', '_')}"
        item = _add(section, "item", ident=ident, title=f"{key} {asked.topic}")
        _fill_item(item, asked)
    return root


def _fill_item(item: Element, asked: Question) -> None:
    """What is asked, what counts as right, and what is said to each answer."""
    fields = _add(_add(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", QTI_TYPES[asked.kind]), ("points_possible", "1.0")):
        field = _add(fields, "qtimetadatafield")
        _add(field, "fieldlabel", label)
        _add(field, "fieldentry", entry)
    presentation = _add(item, "presentation")
    _material(presentation, quiz_html(asked.text))
    processing = _add(item, "resprocessing")
    score = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    _add(_add(processing, "outcomes"), "decvar", **score)
    if asked.kind == TYPED_NUMBER:
        _fill_number(item, presentation, processing, asked)
    else:
        _fill_choices(item, presentation, processing, asked)


def _fill_choices(item: Element, presentation: Element, processing: Element, asked: Question):
    cardinality = "Multiple" if asked.kind == SEVERAL_RIGHT else "Single"
    lid = _add(presentation, "response_lid", ident=RESPONSE, rcardinality=cardinality)
    labels = _add(lid, "render_choice")
    feedback = []
    for number, choice in enumerate(asked.choices, start=1):
        ident = f"choice_{number}"
        _material(_add(labels, "response_label", ident=ident), quiz_html(choice.text))
        condition = _condition(processing, "Yes", f"{ident}_fb")
        _add(condition, "varequal", ident, respident=RESPONSE)
        feedback.append((f"{ident}_fb", quiz_html(choice.explanation)))
    condition = _condition(processing, "No", score=True)
    # All right choices are taken, and no wrong one.
    if asked.kind == SEVERAL_RIGHT:
        condition = _add(condition, "and")
    for number, choice in enumerate(asked.choices, start=1):
        if choice.correct:
            _add(condition, "varequal", f"choice_{number}", respident=RESPONSE)
        elif asked.kind == SEVERAL_RIGHT:
            _add(_add(condition, "not"), "varequal", f"choice_{number}", respident=RESPONSE)
    _add_feedback(item, feedback)


def _fill_number(item: Element, presentation: Element, processing: Element, asked: Question):
    answer = _add(presentation, "response_str", ident=RESPONSE, rcardinality="Single")
    render = _add(answer, "render_fib", fibtype="Decimal")
    _add(render, "response_label", ident="answer_1")
    [right] = [choice for choice in asked.choices if choice.correct]
    value, tolerance = float(right.text), asked.tolerance
    either = _add(_condition(processing, "No", "correct_fb", score=True), "or")
    _add(either, "varequal", right.text, respident=RESPONSE)
    both = _add(either, "and")
    _add(both, "vargte", f"{value - tolerance:.10g}", respident=RESPONSE)
    _add(both, "varlte", f"{value + tolerance:.10g}", respident=RESPONSE)
    _add(_condition(processing, "Yes", "general_incorrect_fb"), "other")
    # Platforms take each range in the conditions for a right one, so wrong numbers stand here.
    told = [quiz_html(asked.otherwise)]
    told += [f"{c.text}: {quiz_html(c.explanation)}" for c in asked.choices if not c.correct]
    feedback = [
        ("correct_fb", quiz_html(right.explanation)),
        ("general_incorrect_fb", "<br>".join(told)),
    ]
    _add_feedback(item, feedback)


def _condition(processing, proceed, feedback=None, score=False):
    """A new respcondition; returns its conditionvar, to be filled."""
    respcondition = _add(processing, "respcondition", **{"continue": proceed})
    condition = _add(respcondition, "conditionvar")
    if score:
        _add(respcondition, "setvar", "100", action="Set", varname="SCORE")
    if feedback:
        _add(respcondition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
    return condition


def _add_feedback(item, feedback):
    for ident, text in feedback:
        _material(_add(_add(item, "itemfeedback", ident=ident), "flow_mat"), text)


def _material(parent, text):
    _add(_add(parent, "material"), "mattext", text, texttype="text/html")


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    child = ElementTree.SubElement(parent, tag, attributes)
    child.text = text
    return child

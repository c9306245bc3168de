"""Run by Debian's Python with PyQGIS: open a QField project, look at it, fill visits in as QField does.

Usage: fill_project.py PROJECT.qgz TASK.json REPORT.json
"""

import json
import os
import sys
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsExpressionContextScope,
    QgsFieldConstraints,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QSize

KINDS = {"filled": QgsFieldConstraints.ConstraintNotNull, "unique": QgsFieldConstraints.ConstraintUnique, "expression": QgsFieldConstraints.ConstraintExpression}  # fmt: skip
HARD = QgsFieldConstraints.ConstraintStrengthHard

QgsApplication.setPrefixPath("/usr", True)


def looked_at(layer):
    told = {"name": layer.name(), "valid": layer.isValid(), "crs": layer.crs().authid()}
    if not isinstance(layer, QgsVectorLayer):
        return told
    fields = layer.fields()
    form = layer.editFormConfig()  # kept: what hangs on it goes with it
    told = {}
    for i, field in enumerate(fields):
        setup = layer.editorWidgetSetup(i)
        default = layer.defaultValueDefinition(i)
        told[field.name()] = {
            "widget": setup.type(),
            "config": {
                k: v for k, v in setup.config().items() if isinstance(v, (str, int, float, list))
            },
            "alias": layer.attributeAlias(i),
            "default": default.expression(),
            "renewed": default.applyOnUpdate(),
            "constraint": layer.constraintExpression(i),
            "says": layer.constraintDescription(i),
            "hard": [
                name
                for name, kind in KINDS.items()
                if field.constraints().constraints() & kind
                and field.constraints().constraintStrength(kind) == HARD
            ],
            "editable": not form.readOnly(i),
        }
    return {
        "id": layer.id(), "name": layer.name(), "valid": layer.isValid(), "crs": layer.crs().authid(),
        "crs_valid": layer.crs().isValid(), "srsid": layer.crs().srsid(), "count": layer.featureCount(),
        "read_only": layer.readOnly(), "fields": told,
        "custom": {k: layer.customProperty(k) for k in layer.customPropertyKeys() if k.startswith("QField")},
        "form": tree_of(form.invisibleRootContainer()),
    }  # fmt: skip


def tree_of(box):
    told = []
    for child in box.children():
        if hasattr(child, "children"):
            shown = child.visibilityExpression()
            told.append({
                "box": child.name(), "group": child.isGroupBox(), "children": tree_of(child),
                "shown": shown.data().expression() if shown.enabled() else "",
            })  # fmt: skip
        else:
            told.append(child.name())
    return told


def picture_of(project, extent):
    settings = QgsMapSettings()
    settings.setLayers([node.layer() for node in project.layerTreeRoot().findLayers()])
    settings.setDestinationCrs(project.crs())
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(600, 600))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    colours = {}
    for x in range(image.width()):
        for y in range(image.height()):
            name = image.pixelColor(x, y).name()
            colours[name] = colours.get(name, 0) + 1
    return colours


def context_of(layer, accuracy):
    """What QField adds to expressions: empty while the cross is not on the receiver's position."""
    context = layer.createExpressionContext()
    scope = QgsExpressionContextScope("QField")
    scope.setVariable("position_horizontal_accuracy", accuracy)
    scope.setVariable("gnss_horizontal_accuracy", 4.5)
    context.appendScope(scope)
    return context


def fill(layer, visit):
    point = visit.get("point")
    shape = QgsGeometry.fromPointXY(QgsPointXY(*point)) if point else QgsGeometry()
    made = QgsVectorLayerUtils.createFeature(
        layer, shape, {}, context_of(layer, visit.get("accuracy"))
    )
    for name, value in visit["values"].items():
        made[name] = value
    refused = []
    for i, field in enumerate(layer.fields()):
        ok, why = QgsVectorLayerUtils.validateAttribute(layer, made, i)
        if not ok:
            refused.append({"field": field.name(), "why": why})
    if not refused:
        assert layer.addFeature(made)
    return refused


def main(path, task_path, report_path):
    task = json.loads(Path(task_path).read_text(encoding="utf-8"))
    project = QgsProject.instance()
    report = {
        "read": project.read(path),
        "error": project.error(),
        "crs": project.crs().authid(),
        "crs_valid": project.crs().isValid(),
    }
    layers = {layer.id(): layer for layer in project.mapLayers().values()}
    report["layers"] = {name: looked_at(layer) for name, layer in layers.items()}
    report["relations"] = {
        name: {"valid": one.isValid(), "pairs": one.fieldPairs(), "from": one.referencingLayerId(), "to": one.referencedLayerId()}
        for name, one in project.relationManager().relations().items()
    }  # fmt: skip
    report["themes"] = {
        name: {r.layer().id(): sorted(r.checkedLegendItems) for r in project.mapThemeCollection().mapThemeState(name).layerRecords()}
        for name in project.mapThemeCollection().mapThemes()
    }  # fmt: skip
    report["pixels"] = project.readNumEntry("qfieldsync", "maximumImageWidthHeight", 0)[0]
    report["colours"] = picture_of(project, task["extent"])
    visits = layers[task["layer"]]
    assert visits.startEditing()
    report["refused"] = {name: fill(visits, one) for name, one in task["visits"].items()}
    assert visits.commitChanges(), visits.commitErrors()
    if task["edit"]:
        assert visits.startEditing()
        for feature in list(visits.getFeatures()):
            for name, value in task["edit"].items():
                assert visits.changeAttributeValue(
                    feature.id(), visits.fields().indexOf(name), value
                )
        assert visits.commitChanges(), visits.commitErrors()
    report["kept"] = visits.featureCount()
    Path(report_path).write_text(json.dumps(report, default=str), encoding="utf-8")
    project.clear()


if __name__ == "__main__":
    app = QgsApplication([], False)
    app.initQgis()
    main(*sys.argv[1:])
    app.exitQgis()

"""Writes states.json: the states of models as ipywidgets itself sends them.

Run with ipywidgets 8 installed: python generate.py
"""
import json
from pathlib import Path

import ipywidgets as w

made = {
    "intSlider": w.IntSlider(),
    "floatSlider": w.FloatSlider(),
    "intRangeSlider": w.IntRangeSlider(),
    "floatRangeSlider": w.FloatRangeSlider(),
    "intText": w.IntText(),
    "floatText": w.FloatText(),
    "text": w.Text(),
    "textarea": w.Textarea(),
    "checkbox": w.Checkbox(),
    "toggleButton": w.ToggleButton(),
    "dropdown": w.Dropdown(options=["a", "b"]),
    "select": w.Select(options=["a", "b"]),
    "radioButtons": w.RadioButtons(options=["a", "b"]),
    "toggleButtons": w.ToggleButtons(options=["a", "b"]),
    "selectionSlider": w.SelectionSlider(options=["a", "b"]),
    "button": w.Button(),
    "intProgress": w.IntProgress(),
    "floatProgress": w.FloatProgress(),
    "html": w.HTML(),
    "label": w.Label(),
    "hbox": w.HBox(),
    "vbox": w.VBox(),
    "tab": w.Tab(),
    "accordion": w.Accordion(),
}


def state(widget):
    found = {k: v for k, v in widget.get_state().items() if k not in ("layout", "style")}
    return json.loads(json.dumps(found))


states = {}
for name, widget in made.items():
    style = getattr(widget, "style", None)
    states[name] = {"widget": state(widget), "style": style and state(style)}
states["layout"] = {"widget": state(w.Layout()), "style": None}
text = json.dumps(states, indent=1, sort_keys=True)
Path(__file__).with_name("states.json").write_text(text + "\n")

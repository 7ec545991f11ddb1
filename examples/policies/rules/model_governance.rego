package four_keys.policies.model_governance

metadata := {
	"id": "model-governance",
	"title": "A model says what it was trained on and who reviewed it",
	"reason": "A model answers in the name of the company. Without its version, its data and its review nobody can answer for it.",
	"remedy": "Add the annotation to the catalog file, with the reference of the review that approved the model.",
	"mandatoryFrom": "none",
}

models contains model if {
	some file in input.files
	some index, document in file.documents
	is_model(document)
	model := {
		"file": file.path,
		"document": index,
		"name": document.metadata.name,
		"annotations": object.get(document.metadata, "annotations", {}),
	}
}

is_model(document) if {
	document.kind == "MLModel"
	startswith(document.apiVersion, "four-keys.dev/")
}

is_model(document) if {
	document.kind == "Component"
	document.spec.type == "ml-model"
}

default applies := false

applies if count(models) > 0

needed := ["model-version", "training-data-classification", "inference-endpoints", "model-review"]

place(model, name) := {
	"file": model.file,
	"document": model.document,
	"path": ["metadata", "annotations", sprintf("four-keys.dev/%s", [name])],
}

value(model, name) := trim_space(object.get(model.annotations, sprintf("four-keys.dev/%s", [name]), ""))

findings contains finding if {
	some model in models
	some name in needed
	value(model, name) == ""
	finding := object.union(place(model, name), {"message": sprintf("the model %s does not say its %s", [model.name, name])})
}

# Data that may not leave the company asks for more than the lowest levels.
findings contains finding if {
	some model in models
	value(model, "training-data-classification") in {"confidential", "restricted"}
	some index, level in input.levels
	level == input.level
	index < 2
	finding := object.union(place(model, "training-data-classification"), {"message": sprintf(
		"the model %s was trained on %s data, its compliance level is only %s",
		[model.name, value(model, "training-data-classification"), level],
	)})
}

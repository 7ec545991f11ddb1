# What pipelines do: the commands, actions and images of every CI system, and
# nothing of their names and comments.
package four_keys.lib.pipelines

is_pipeline(path) if regex.match(`^\.github/workflows/[^/]+\.ya?ml$`, path)

is_pipeline(path) if regex.match(`(^|/)\.gitlab-ci\.ya?ml$`, path)

is_pipeline(path) if regex.match(`(^|/)\.gitlab/ci/.+\.ya?ml$`, path)

is_pipeline(path) if regex.match(`(^|/)\.?tekton/.+\.ya?ml$`, path)

is_pipeline(path) if regex.match(`(^|/)Jenkinsfile(\.[^/]+)?$`, path)

files := [file | some file in input.files; is_pipeline(file.path)]

# Keys whose values are run, called or pulled.
executed := {
	"run", "uses", "script", "before_script", "after_script", "image",
	"entrypoint", "template", "component",
}

text(value) := value if is_string(value)

text(value) := concat("\n", [line | some line in value; is_string(line)]) if is_array(value)

text(value) := value.name if is_string(value.name)

# An action together with what it is told, on one line.
call(step) := sprintf("%s %s", [step.uses, concat(" ", sort([
sprintf("%s=%v", [key, value]) |
	some key, value in object.get(step, "with", {})
]))])

# A container together with its command, on one line.
call(step) := concat(" ", array.concat(
	[word | some word in object.get(step, "command", []); is_string(word)],
	[word | some word in object.get(step, "args", []); is_string(word)],
)) if not step.uses

texts contains entry if {
	some file in files
	some document in file.documents
	walk(document, [path, value])
	count(path) > 0
	executed[path[count(path) - 1]]
	entry := {"file": file.path, "text": text(value)}
}

texts contains entry if {
	some file in files
	some document in file.documents
	walk(document, [_, value])
	is_string(value.uses)
	entry := {"file": file.path, "text": call(value)}
}

texts contains entry if {
	some file in files
	some document in file.documents
	walk(document, [_, value])
	is_object(value)
	count(object.keys(value) & {"command", "args"}) > 0
	entry := {"file": file.path, "text": call(value)}
}

texts contains entry if {
	some file in files
	some line in object.get(file, "lines", [])
	entry := {"file": file.path, "text": line.text}
}

# Every command by itself: a comment and a mere mention are none.
commands contains command if {
	some entry in texts
	some line in split(entry.text, "\n")
	command := trim_space(line)
	command != ""
	not regex.match(`^(#|//|echo\s|printf\s)`, command)
}

runs(patterns) if {
	some command in commands
	some pattern in patterns
	regex.match(pattern, command)
}

has_dockerfile if {
	some file in input.files
	file.instructions
}

builds_image if has_dockerfile

builds_image if runs([`\bdocker\s+(buildx\s+)?build\b`, `docker/build-push-action`, `\bbuildah\b`, `\bkaniko\b`, `\bjib:`, `\bpack\s+build\b`])

delivers if count(files) > 0

delivers if has_dockerfile

# Where a missing step is reported: the first pipeline, else what should be built.
place := files[0].path

place := path if {
	count(files) == 0
	path := [file.path | some file in input.files; file.instructions][0]
}

missing(what) := {"file": place, "message": sprintf("no step of this pipeline %s", [what])} if count(files) > 0

missing(what) := {"file": place, "message": sprintf("there is no pipeline, so that nothing %s", [what])} if count(files) == 0

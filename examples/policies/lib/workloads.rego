# The Kubernetes resources of a repository, pipelines included.
package four_keys.lib.workloads

resources contains resource if {
	some file in input.files
	some index, document in file.documents
	is_string(document.apiVersion)
	is_string(document.kind)
	not regex.match(`^(backstage\.io|four-keys\.dev|scaffolder\.backstage\.io)/`, document.apiVersion)
	not kustomization(document)
	resource := {"file": file.path, "document": index, "content": document}
}

kustomization(document) if startswith(document.apiVersion, "kustomize.config.k8s.io/")

# Every object of a resource, with the way to it.
parts contains part if {
	some resource in resources
	walk(resource.content, [path, value])
	is_object(value)
	part := {"file": resource.file, "document": resource.document, "path": path, "value": value}
}

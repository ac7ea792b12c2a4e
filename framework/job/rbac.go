package job

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Rules are the rights of a run on a cluster of the user's: those that API servers saw runs use (testdata/used.txt), and
// of each kind that is waited for both list and watch, of which clients choose one. What is written outside the run's own
// namespaces has names that the run makes up, which RBAC cannot say beforehand.
func Rules(disruption bool) []rbacv1.PolicyRule {
	nodes := "get,list,watch"
	if disruption {
		nodes += ",patch" // to cordon them
	}
	return []rbacv1.PolicyRule{
		rule("", "namespaces,pods", "get,list,watch,create,delete"),
		rule("", "persistentvolumeclaims,persistentvolumes", "get,list,watch,create,delete,patch"),
		rule("", "events,serviceaccounts", "get,list,watch"),
		rule("", "limitranges,resourcequotas", "list"),
		rule("", "nodes", nodes),
		rule("", "pods/log", "get"),
		rule("", "pods/exec", "get,create"), // which of the two depends on the protocol
		rule("apps", "daemonsets,statefulsets", "get,list,watch,create,delete"),
		rule("apps", "deployments", "get,list"),
		rule("storage.k8s.io", "storageclasses", "get,list,create,delete"),
		rule("storage.k8s.io", "csidrivers,csinodes", "get,list,watch"),
		rule("snapshot.storage.k8s.io", "volumesnapshotclasses", "get,list,create,delete"),
		rule("snapshot.storage.k8s.io", "volumesnapshots,volumesnapshotcontents", "get,list,watch,create,delete,patch"),
		rule("apiextensions.k8s.io", "customresourcedefinitions", "list"),
	}
}

// rule joins what stands separated by commas.
func rule(group, resources, verbs string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: strings.Split(resources, ","), Verbs: strings.Split(verbs, ",")}
}

package interp

import (
	"maps"
	"reflect"

	"gpfsh/policy"
)

// withProcessing adds to the table of package policy what lowered code has in place of its generic functions: the
// instances for any value. See view/processing.go.
func withProcessing(table map[string]reflect.Value) map[string]reflect.Value {
	t := maps.Clone(table)
	t["Processing"] = reflect.ValueOf((*policy.Processing[any])(nil))
	t["ListProcessing"] = reflect.ValueOf(policy.ListProcessing[any])
	t["Fold"] = reflect.ValueOf(policy.Fold[any, any])
	return t
}

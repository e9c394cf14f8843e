package mmsim

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCloneSharesNoStructures walks a state and its clone: no list of structures may be shared, or a command would change
// the state that others read.
func TestCloneSharesNoStructures(t *testing.T) {
	st := DemoState()
	st.NFSExports = []NFSExport{{Path: "/x"}}
	st.Faults = []Fault{{ID: 1}}
	st.Filesystems[0].DefaultQuotas = []Quota{{}}
	var walk func(path string, a, b reflect.Value)
	walk = func(path string, a, b reflect.Value) {
		switch a.Kind() {
		case reflect.Struct:
			for i := range a.NumField() {
				if a.Type().Field(i).IsExported() {
					walk(path+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
				}
			}
		case reflect.Slice:
			if a.Len() == 0 || a.Type().Elem().Kind() != reflect.Struct {
				return
			}
			if path == ".NFSExports.Clients" {
				return // replaced as a whole
			}
			assert.NotEqual(t, a.Pointer(), b.Pointer(), "%s is shared", path)
			for i := range a.Len() {
				walk(path, a.Index(i), b.Index(i))
			}
		}
	}
	walk("", reflect.ValueOf(*st), reflect.ValueOf(*st.Clone()))
}

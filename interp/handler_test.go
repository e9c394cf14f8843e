package interp

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gpfsh/interp/script"
	"gpfsh/mmexec"
	"gpfsh/mmexec/handlers"
	"gpfsh/mmexec/mmsim"
	"gpfsh/model"
)

// handling is a demo cluster in memory that runs the handlers of gpfsh, with a session on it.
type handling struct {
	*Session
	t   *testing.T
	sim *mmsim.Cluster
	out *bytes.Buffer
	c   *model.Cluster
}

// runHandlers makes a simulated cluster run handlers in this process.
func runHandlers(ctx context.Context, h mmsim.HandlerRun) error {
	return RunHandler(ctx, HandlerRun{Store: h.Store, ID: h.ID, Args: h.Args, Executor: h.Cluster, Test: h.Test})
}

func newHandling(t *testing.T) *handling {
	t.Helper()
	sim := mmsim.New(mmsim.WithHandlers(runHandlers))
	t.Cleanup(func() { sim.Close() })
	return onHandling(t, sim)
}

// onHandling opens a session on a cluster.
func onHandling(t *testing.T, sim *mmsim.Cluster) *handling {
	t.Helper()
	plan := &mmexec.Plan{}
	ex := mmexec.Wrap(sim, mmexec.DryRun(plan))
	state, err := sim.State()
	require.NoError(t, err)
	c, err := model.Connect(t.Context(), ex, model.InZone(time.FixedZone(state.Zone.Name, state.Zone.Offset)), model.WithClock(func() time.Time { return state.Now }))
	require.NoError(t, err)
	var out bytes.Buffer
	s, err := New(Options{Script: script.NewSession(script.Options{Cluster: c, Executor: ex, Plan: plan}), Stdout: &out, Stderr: &out})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return &handling{s, t, sim, &out, c}
}

// do evaluates an entry.
func (h *handling) do(text string) {
	h.t.Helper()
	_, err := h.Eval(h.t.Context(), Source{Name: "prompt", Text: text})
	require.NoError(h.t, err, text)
}

// log is what a handler printed on all nodes, and what happened to it, without times.
func (h *handling) log(id string) string {
	h.t.Helper()
	h.sim.Settle()
	cb, err := h.c.Callbacks.WithHealth().Get(h.t.Context(), id)
	require.NoError(h.t, err)
	lines, err := cb.Log(h.t.Context())
	require.NoError(h.t, err)
	var b strings.Builder
	for _, l := range lines {
		node, _, _ := strings.Cut(l.Node, ".")
		_, text, _ := strings.Cut(l.Line, " ")
		b.WriteString(node + ": " + text + "\n")
	}
	return b.String()
}

// printed is what a handler printed.
func (h *handling) printed(id string) []string {
	h.t.Helper()
	var lines []string
	for line := range strings.Lines(h.log(id)) {
		if node, text, ok := strings.Cut(strings.TrimSpace(line), ": > "); ok {
			lines = append(lines, node+": "+text)
		}
	}
	return lines
}

// TestEveryEventReachesItsHandler registers a typed handler for each event of the table, which prints every field of the
// event, and raises the event with a value for each variable.
func TestEveryEventReachesItsHandler(t *testing.T) {
	for _, event := range mmexec.CallbackEvents() {
		if event.Name == "tiebreakerCheck" {
			continue
		}
		t.Run(event.Name, func(t *testing.T) {
			h := newHandling(t)
			field, typ := onField(t, event.Name)
			var prints []string
			var want []string
			var given []string
			for i, v := range event.Variables {
				if _, general := reflect.TypeFor[model.Event]().FieldByName(strings.ToUpper(v[:1]) + v[1:]); general {
					continue
				}
				variable, _ := mmexec.FindCallbackVariable(v)
				text, shown := sample(variable, i)
				given = append(given, v, text)
				name := strings.ToUpper(v[:1]) + v[1:]
				prints = append(prints, fmt.Sprintf("%q, e.%s", name+"=", name))
				want = append(want, name+"= "+shown)
			}
			h.do(fmt.Sprintf("Cluster().%s.New(CallbackID(\"watch\"), func(e %s) { print(%s) })", field, typ, strings.Join(append([]string{"e.EventName"}, prints...), ", ")))
			require.NoError(t, h.sim.Raise(event.Name, "", given...))
			assert.Contains(t, strings.Join(h.printed("watch"), "\n"), strings.Join(append([]string{event.Name}, want...), " "))
		})
	}
}

// run runs mm commands on the cluster.
func (h *handling) run(lines ...string) {
	h.t.Helper()
	for _, l := range lines {
		words, err := mmexec.SplitLine(l)
		require.NoError(h.t, err)
		_, err = mmexec.Do(h.t.Context(), h.sim, mmexec.Command{Name: words[0], Args: words[1:]})
		require.NoError(h.t, err, l)
	}
}

// TestEventsOfTheSimulator has everything happen that something in the simulator leads to, and compares what handlers of
// it are told.
func TestEventsOfTheSimulator(t *testing.T) {
	const node = "node1.hpc.example.org"
	fs := func(name string) string { return `Cluster().Filesystems["` + name + `"]` }
	tests := []struct {
		on, handler string // where it is added, and the function
		happens     func(h *handling)
		want        []string // lines, whatever their order
	}{
		{fs("mmfs2") + ".OnPreMount", "func(e PreMountEvent) { print(e.FsName, e.MyNode) }", func(h *handling) { h.run("mmmount mmfs2 -N node1") }, []string{"node1: mmfs2 " + node}},
		{fs("mmfs2") + ".OnMount", "func(fsname, MYNODE string) { print(fsname, MYNODE) }", func(h *handling) { h.run("mmmount mmfs2 -N node1") }, []string{"node1: mmfs2 " + node}},
		{fs("mmfs1") + ".OnPreUnmount", "func(e PreUnmountEvent) { print(e.FsName, e.Reason) }", func(h *handling) { h.run("mmumount mmfs1 -N node1") }, []string{"node1: mmfs1 normal"}},
		{fs("mmfs1") + ".OnUnmount", "func(e UnmountEvent) { print(e.FsName, e.Reason) }", func(h *handling) { h.run("mmumount mmfs1 -f -N node1") }, []string{"node1: mmfs1 forced"}},
		{`Cluster().Nodes["node1"].OnPreShutdown`, "func(reason string) { print(reason) }", func(h *handling) { h.run("mmshutdown -N node1,node2") }, []string{"node1: normal"}},
		{`Cluster().Nodes["node1"].OnShutdown`, "func(e ShutdownEvent) { print(e.MyNode, e.Reason) }", func(h *handling) { h.run("mmshutdown -N node1,node2") }, []string{"node1: " + node + " normal"}},
		{"Cluster().OnPreStartup", "func() { print(1) }", func(h *handling) { h.run("mmshutdown -N node1", "mmstartup -N node1") }, []string{"node1: 1"}},
		{"Cluster().OnStartup", "func(e StartupEvent) { print(e.EventName, len(e.DownNodes)) }", func(h *handling) { h.run("mmshutdown -N node1", "mmstartup -N node1") }, []string{"node1: startup 2"}},
		{`Cluster().Nodes["node1"].OnNodeLeave`, "func(e NodeLeaveEvent) { print(e.EventNode) }", func(h *handling) { h.run("mmshutdown -N node1") }, []string{"nsd01: [" + node + "]"}},
		{"Cluster().OnQuorumNodeLeave", "func(e QuorumNodeLeaveEvent) { print(e.EventNode) }", func(h *handling) { require.NoError(h.t, h.sim.NodeDown("nsd02", false)) }, []string{"nsd01: [nsd02.hpc.example.org]"}},
		{"Cluster().OnDiskFailure", "func(e DiskFailureEvent) { print(e.DiskName, e.FsName) }", func(h *handling) { require.NoError(h.t, h.sim.DiskDown("mmfs1", "data01")) }, []string{"nsd02: [data01] mmfs1"}},
		{fs("mmfs1") + `.Pools["data"].OnLowDiskSpace`, "func(e LowDiskSpaceEvent) { print(e.FsName, e.StoragePool) }", func(h *handling) { require.NoError(h.t, h.sim.FillPool("mmfs1", "data", 95)) }, []string{"nsd02: mmfs1 data"}},
		{fs("mmfs1") + ".OnNoDiskSpace", "func(e NoDiskSpaceEvent) { print(e.StoragePool, e.FilesetName, e.Reason) }", func(h *handling) { require.NoError(h.t, h.sim.FillPool("mmfs1", "data", 100)) }, []string{"nsd02: data root diskspace"}},
		{fs("mmfs1") + ".OnSnapshotCreated", "func(e SnapshotCreatedEvent) { print(e.SnapshotName, e.SnapshotID > 0, e.FilesetName == \"\") }", func(h *handling) { h.run("mmcrsnapshot mmfs1 s1") }, []string{"nsd02: s1 true true"}},
		{fs("mmfs1") + `.Filesets["proj-beta"].OnSnapshotCreated`, "func(snapshotName, filesetName string) { print(snapshotName, filesetName) }", func(h *handling) { h.run("mmcrsnapshot mmfs1 s1", "mmcrsnapshot mmfs1 s2 -j proj-beta") }, []string{"nsd02: s2 proj-beta"}},
		{fs("mmfs1") + `.Filesets["proj-beta"].OnSoftQuotaExceeded`, "func(e SoftQuotaExceededEvent) { print(e.QuotaType, e.FilesetName, e.BlockUsage > 1*GiB, e.BlockQuota, e.FilesLimit) }",
			func(h *handling) { h.run("mmsetquota mmfs1:proj-beta --block 1G:2P") }, []string{"nsd02: FILESET proj-beta true 1 GiB unlimited"}},
		{fs("mmfs1") + `.Filesets["proj-beta"].OnFilesetLimitExceeded`, "func(e FilesetLimitExceededEvent) { print(e.QuotaEventType, e.SoftLimit, e.HardLimit) }",
			func(h *handling) { h.run("mmsetquota mmfs1:proj-beta --block 1G:2P") }, []string{"nsd02: blockQuotaExceeded 1 GiB 2 PiB"}},
		{fs("mmfs1") + `.Filesets["proj-beta"].OnUsageUnderSoftQuota`, "func(e UsageUnderSoftQuotaEvent) { print(e.FilesetName) }",
			func(h *handling) {
				h.run("mmsetquota mmfs1:proj-beta --block 1G:2P", "mmsetquota mmfs1:proj-beta --block 1P:2P")
			}, []string{"nsd02: proj-beta"}},
		{"Cluster().OnHealthEvent", "func(e HealthNotice) { print(e.HealthEvent, e.Component, e.Identifier, e.Severity, e.State) }",
			func(h *handling) { require.NoError(h.t, h.sim.DiskDown("mmfs1", "data01")) }, []string{"nsd02: disk_down DISK data01 ERROR FAILED"}},
	}
	for _, tt := range tests {
		t.Run(tt.on, func(t *testing.T) {
			h := newHandling(t)
			h.do(tt.on + `.New(CallbackID("watch"), ` + tt.handler + ")")
			tt.happens(h)
			assert.Subset(t, h.printed("watch"), tt.want, h.log("watch"))
		})
	}
}

// script runs a script of the folder scripts.
func (h *handling) script(name string) {
	h.t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "scripts", name))
	require.NoError(h.t, err)
	require.NoError(h.t, h.Run(h.t.Context(), []Source{{Name: name, Text: string(text)}}))
}

func TestScriptsThatAddHandlers(t *testing.T) {
	t.Run("mount", func(t *testing.T) {
		dir := t.TempDir()
		t.Setenv("TMPDIR", dir)
		h := newHandling(t)
		h.script("on-mount.go")
		h.run("mmumount mmfs1 -N node1", "mmmount mmfs1 -N node1", "mmmount mmfs2 -N node1")
		assert.Contains(t, h.log("mount-log"), "node1: done")
		text, err := os.ReadFile(filepath.Join(dir, "mounts.log"))
		require.NoError(t, err)
		assert.Equal(t, "mmfs1 mounted on node1.hpc.example.org\n", string(text), "one line, for this file system only")
	})
	t.Run("quota", func(t *testing.T) {
		h := newHandling(t)
		f, err := h.c.Filesystem("mmfs1").Filesets.Get(t.Context(), "proj-beta")
		require.NoError(t, err)
		before := f.MaxInodes
		h.script("grow-on-quota.go")
		h.run("mmsetquota mmfs1:proj-alpha --files 1:2")
		log := h.log("grow-proj-beta")
		require.Contains(t, log, "nsd02: done", log)
		require.NoError(t, f.Refresh(t.Context()))
		assert.Equal(t, before+before/10, f.MaxInodes, log)
		q, err := f.Quota(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []model.Count{f.MaxInodes * 9 / 10, f.MaxInodes}, []model.Count{q.FilesSoft, q.FilesHard})
		assert.Equal(t, 1, strings.Count(log, "begins"), "the event of another fileset is not its own")
	})
}

func TestHandlersThatCannotBe(t *testing.T) {
	mount := `Cluster().Filesystems["mmfs1"].OnMount.New(`
	tests := []struct{ text, want string }{
		{"x := 1\n" + mount + "func() { print(x) })", "prompt:2:59: the function travels and cannot take the variable x along (declared on line 1): give it a constant, or compute it inside"},
		{mount + "func(e UnmountEvent) {})", "prompt:1:44: a handler of mount cannot take a UnmountEvent: take MountEvent"},
		{mount + "func(storagePool string) {})", "prompt:1:44: mount has no variable storagePool for the parameter of the handler: there are fsName, eventName, myNode, clusterName, clusterManager, upNodes, downNodes, quorumNodes"},
		{mount + "func(fsName int) {})", "prompt:1:44: the parameter fsName of the handler is a int: it has to be a string"},
		{mount + "func(string) {})", "prompt:1:44: a handler takes an event, or parameters that are named after variables: give the parameter of type string a name"},
		{mount + "func(e MountEvent) int { return 1 })", "prompt:1:44: a handler returns nothing, or an error"},
		{mount + "func(e MountEvent) { print(e.StoragePool) })", "MountEvent has no field or method StoragePool"},
		{mount + `"handler")`, "prompt:1:44: this takes a function, or a value made for it such as CallbackID(…), not a string"},
		{mount + "MountPoint(\"/x\"), func() {})", "prompt:1:44: this takes a function, or a value made for it such as CallbackID(…), not a "},
		{mount + `CallbackID("a"))`, "prompt:1:1: say what is to run: a function, or RunCommand"},
		{mount + "func() {}, func() {})", "say one thing that is to run"},
		{mount + `CallbackID("mmGrow"), func() {})`, "kept for Storage Scale"},
		{mount + `CallbackID("a:b"), func() {})`, "':' is not allowed"},
		{mount + `Synchronous(time.Minute), func() {})`, "from 1 to 10 seconds"},
		{mount + `ShutDownOnFailure(), func() {})`, "goes with Synchronous"},
		{mount + `InSharedDir("/gpfs/mmfs2"), func() {})`, "it may not be there when it is needed"},
		{mount + `RunCommand("/bin/x", "%storagePool"))`, "mount has no variable storagePool"},
		{mount + `RunCommand("x"))`, "must be absolute"},
		{mount + `TimeLimit(25*time.Hour), func() {})`, "not between nothing and an hour"},
		{`Cluster().OnPDFailed.New(Synchronous(time.Second), func() {})`, "must never wait at pdFailed"},
		{`Cluster().OnNodeLeave.New(Synchronous(time.Second), func() {})`, "is over when it is told"},
		{`Cluster().Callbacks.New(ForEvents("tiebreakerCheck"), func() {})`, "no handler is made for it"},
		{`Cluster().Callbacks.New(ForEvents("monut"), func() {})`, `no event "monut"`},
		{`Cluster().Callbacks.New(func() {})`, "say for which events"},
		{`Cluster().Filesystems["mmfs1"].Callbacks.New(ForEvents("startup"), func() {})`, "startup does not tell its fsName"},
		{`Cluster().Nodes["node1"].OnMount.New(On("node2"), func() {})`, "runs there"},
	}
	h := newHandling(t)
	for _, tt := range tests {
		_, err := h.Eval(t.Context(), Source{Name: "prompt", Text: tt.text})
		require.ErrorContains(t, err, tt.want, tt.text)
	}
	names, err := h.c.Callbacks.Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"notifyLowSpace", "GUI_CALLBACK_AFM"}, names)
}

func TestHandlersKeepOffFileSystemsThatMayNotAnswer(t *testing.T) {
	h := newHandling(t)
	before, loss := `Cluster().Filesystems["mmfs1"].OnPreMount.New(`, `Cluster().OnQuorumLoss.New(`
	why := " it is in file system mmfs1, mounted at /gpfs/mmfs1, which may not answer then, and the handler would hang"
	for _, tt := range []struct{ text, want string }{
		{before + `func() { os.Stat("/gpfs/mmfs1/data") })`, `a handler of preMount must not use "/gpfs/mmfs1/data" (prompt:1:64):` + why},
		{before + "func() {\n\tprint(\"/gpfs\")\n\tos.Remove(\"/gpfs/\" + `mmfs1` + \"/lock\")\n})", `"/gpfs/mmfs1/lock" (prompt:3:12):` + why},
		{"const dir = \"/gpfs/mmfs1\"\nfunc tidy(e QuorumLossEvent) {\n  os.Remove(dir + \"/lock\" + e.MyNode) }\n" + loss + "tidy)", `a handler of quorumLoss must not use "/gpfs/mmfs1/lock" (prompt:3:13):` + why},
		{"func put(text string) { os.WriteFile(\"/gpfs/mmfs1/log\", []byte(text), 0o600) }\n" + loss + `func() { put("x") })`, `"/gpfs/mmfs1/log" (in the function put)`},
		{before + `func(e PreMountEvent) { os.Stat("/gpfs/" + e.FsName + "/x") })`, `"/gpfs/mmfs1/x" (prompt:1:79)`},
		{before + `func(fsName string) { os.Stat(filepath.Join("/gpfs", fsName, time.Now().String())) })`, `"/gpfs/mmfs1/" (prompt:1:77)`},
		{before + `func(fsName string) { os.Stat(fmt.Sprintf("/gpfs/%s/%d", fsName, 7)) })`, `"/gpfs/mmfs1/"`},
		{`Cluster().OnPreUnmount.New(func() { os.Stat("/gpfs/mmfs2/../mmfs2") })`, "file system mmfs2"},
		{`Cluster().OnPreRGTakeover.New(func() { os.Stat("/gpfs/mmfs1") })`, "a handler of preRGTakeover must not"},
		{`Cluster().OnQuorumNodeLeave.New(RunCommand("/gpfs/mmfs1/bin/page"))`, "(the command)"},
		{`Cluster().OnPreMount.New(RunCommand("/sbin/page", "now", "/gpfs/%fsName/people"))`, "(argument 2)"},
		{`Cluster().OnPreRGTakeover.New(InSharedDir("/gpfs/mmfs1"), func() {})`, "(InSharedDir)"},
		{`Cluster().Callbacks.New(ForEvents("nodeJoin", "preShutdown"), func() { os.Stat("/gpfs/mmfs1/x") })`, "a handler of preShutdown must not"},
	} {
		_, err := h.Eval(t.Context(), Source{Name: "prompt", Text: tt.text})
		var refused *model.HandlerPathError
		require.ErrorAs(t, err, &refused, tt.text)
		assert.ErrorContains(t, err, tt.want, tt.text)
	}
	names, err := h.c.Callbacks.Names(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"notifyLowSpace", "GUI_CALLBACK_AFM"}, names)

	for i, text := range []string{
		before + `%s, func() { os.Stat("/gpfs/mmfs10/x"); os.Stat("/var/log/" + "gpfs/mmfs1"); print("see /gpfs/mmfs1/x") })`,
		before + `%s, func(fsName string) { os.Stat("/var/" + fsName) })`,
		`Cluster().Filesystems["mmfs1"].OnMount.New(%s, func() { os.Stat("/gpfs/mmfs1/data") })`,
		`Cluster().OnShutdown.New(%s, func(e ShutdownEvent) { os.Stat("/gpfs/mmfs1") })`,
		`Cluster().OnQuorumLoss.New(%s, RunCommand("/sbin/page", "%%clusterName"))`,
	} {
		h.do(fmt.Sprintf(text, fmt.Sprintf("CallbackID(\"good%d\")", i)))
	}
	_, err = h.Eval(t.Context(), Source{Name: "prompt", Text: `Cluster().Callbacks["good1"].Change(func() { os.Stat("/gpfs/mmfs1") })`})
	assert.ErrorContains(t, err, `"/gpfs/mmfs1" (prompt:1:54)`)
}

func TestHandlersThatGoWrong(t *testing.T) {
	h := newHandling(t)
	h.do(`on := Cluster().Filesystems["mmfs2"].OnMount
on.New(CallbackID("panics"), func(e MountEvent) {
	var m map[string]int
	m[e.FsName] = 1
})
on.New(CallbackID("fails"), func(fsName string) error {
	print("half a")
	return fmt.Errorf("no room for %s", fsName)
})
on.New(CallbackID("endless"), TimeLimit(100*time.Millisecond), func() { for { } })
on.New(CallbackID("waited"), Synchronous(time.Second), func() { for { } })
on.New(CallbackID("missing"), func() {})
on.New(CallbackID("works"), func(fsName string) { print(fsName) })`)
	// Somebody removes the files of one of them.
	cb, err := h.c.Callbacks.Get(t.Context(), "missing")
	require.NoError(t, err)
	for _, name := range []string{"node1.hpc.example.org", "node2.hpc.example.org"} {
		cmd, err := handlers.NodeCommand(name, "/usr/local/bin/gpfsh", "", handlers.Remove, nil, "missing")
		require.NoError(t, err)
		_, err = mmexec.Do(t.Context(), h.sim, cmd)
		require.NoError(t, err)
	}
	h.run("mmmount mmfs2 -N node1")
	mounted, err := mmexec.Do(t.Context(), h.sim, mmexec.Command{Name: "mmlsmount", Args: []string{"mmfs2", "-L"}})
	require.NoError(t, err)
	assert.Contains(t, string(mounted.Stdout), "node1")

	assert.Equal(t, []string{"node1: mmfs2"}, h.printed("works"), "the others do not disturb it")
	assert.Regexp(t, `node1: failed after \d+ms: panics.go:3:\d+: panic: .*nil map\nnode1: \t\tm\[e.FsName\] = 1\n`, h.log("panics"))
	assert.Regexp(t, `node1: > half a\nnode1: failed after .*: no room for mmfs2\n`, h.log("fails"))
	assert.Regexp(t, `node1: stopped, the time limit is 100ms`, h.log("endless"))
	assert.Regexp(t, `node1: stopped, the time limit is 750ms`, h.log("waited"))
	assert.Empty(t, h.log("missing"))

	list, err := h.c.Callbacks.Check(t.Context())
	require.NoError(t, err)
	var missing []string
	for _, c := range list {
		if c.State != "ok" && c.ID == "missing" {
			missing = append(missing, c.String())
		}
	}
	assert.Equal(t, []string{"node1.hpc.example.org missing missing", "node2.hpc.example.org missing missing"}, missing)
	done, err := h.c.Callbacks.Repair(t.Context())
	require.NoError(t, err)
	assert.Contains(t, fmt.Sprint(done), "node1.hpc.example.org missing repaired")
	h.run("mmmount mmfs2 -N node2")
	assert.Contains(t, h.log("missing"), "node2: done")

	left, err := cb.Delete(t.Context())
	require.NoError(t, err)
	assert.Len(t, left, 1, "the node that cannot be reached")
	_, found, err := h.c.Callbacks.Lookup(t.Context(), "missing")
	require.NoError(t, err)
	assert.False(t, found)
}

func TestHandlersMayNotHoldUpTheDaemon(t *testing.T) {
	h := newHandling(t)
	h.do(`fs := Cluster().Filesystems["mmfs2"]
fs.OnPreMount.New(CallbackID("before"), func() { print(len(Cluster().Filesystems["mmfs1"].Snapshots)) })
fs.OnMount.New(CallbackID("waited"), Synchronous(5*time.Second), func() {
	print(Cluster().Filesystems["mmfs1"].Snapshots["TemporarySnapshot"].Name)
	Cluster().Filesystems["mmfs1"].Snapshots.New("never")
})
fs.OnMount.New(CallbackID("later"), func() { Cluster().Filesystems["mmfs1"].Snapshots.New("made") })`)
	h.run("mmmount mmfs2 -N node1")
	assert.Contains(t, h.log("before"), "refused in a handler of preMount: mmlsfs mmfs1 -Y: Storage Scale answers no command before it has happened")
	assert.Contains(t, h.log("waited"), "> TemporarySnapshot\n")
	assert.Contains(t, h.log("waited"), "refused in a handler that the daemon waits for: mmcrsnapshot mmfs1 never")
	assert.Contains(t, h.log("later"), "done in")
	names, err := h.c.Filesystem("mmfs1").Snapshots.Names(t.Context())
	require.NoError(t, err)
	assert.Contains(t, names, "made")
	assert.NotContains(t, names, "never")
}

func TestHandlersStayUntilTheyAreRemoved(t *testing.T) {
	h := newHandling(t)
	h.do(`const greeting = "hello from"
func greet(e MountEvent) string { return greeting + " " + e.FsName }
func onMount(e MountEvent) { print(greet(e)) }
a := Cluster().Filesystems["mmfs2"].OnMount.New(onMount)
b := Cluster().Filesystems["mmfs2"].OnMount.New(func() { print("second") })
Cluster().Filesystems["mmfs1"].OnMount.New(func() { print("another file system") })`)
	h.Close()

	later := onHandling(t, h.sim)
	later.run("mmmount mmfs2 -N node1")
	ids, err := later.c.Filesystem("mmfs2").Callbacks.Names(t.Context())
	require.NoError(t, err)
	require.Len(t, ids, 2)
	for _, id := range ids {
		assert.True(t, strings.HasPrefix(id, "on-mmfs2-mount-"), id)
	}
	assert.Equal(t, []string{"node1: hello from mmfs2"}, later.printed(ids[0]))
	assert.Equal(t, []string{"node1: second"}, later.printed(ids[1]))
	others, err := later.c.Filesystem("mmfs1").Callbacks.Names(t.Context())
	require.NoError(t, err)
	require.Len(t, others, 1)
	assert.Empty(t, later.printed(others[0]))

	// The same function again is the same callback.
	_, err = later.Eval(t.Context(), Source{Name: "prompt", Text: `Cluster().Filesystems["mmfs2"].OnMount.New(func() { print("second") })`})
	require.ErrorContains(t, err, "already")

	// A change has a new version; what is not named stays.
	later.do(`cb := Cluster().Filesystems["mmfs2"].OnMount["` + ids[1] + `"]
cb.Change(func(myNode string) { print("third on", myNode) })
print(cb.Version, cb.Test("myNode=nowhere"))`)
	assert.Equal(t, "2 third on nowhere\n\n", later.out.String())
	later.run("mmmount mmfs2 -N node2")
	assert.Equal(t, []string{"node1: second", "node2: third on node2.hpc.example.org"}, later.printed(ids[1]))

	later.do(`for _, cb := range Cluster().Filesystems["mmfs2"].Callbacks { cb.Delete() }`)
	names, err := later.c.Filesystem("mmfs2").Callbacks.Names(t.Context())
	require.NoError(t, err)
	assert.Empty(t, names)
}

func TestHandlersArePlannedInADryRun(t *testing.T) {
	h := newHandling(t)
	h.do(`DryRun(true)
cb := Cluster().OnNodeLeave.New(CallbackID("watch"), On("mgmt01"), func(eventNode string) { print(eventNode) })
DryRun(false)
print(cb.Planned())
for _, e := range Plan().Entries() { print(e.Argv[0], len(e.Stdin) > 0 && strings.Contains(string(e.Stdin), "print(eventNode)")) }
print(Plan().Commands()[len(Plan().Commands())-1])`)
	lines := strings.Split(strings.TrimSpace(h.out.String()), "\n")
	assert.Equal(t, "true", lines[0])
	assert.Equal(t, 19, strings.Count(h.out.String(), "ssh true\n"), "the contents are in the plan")
	assert.Regexp(t, `^mmaddcallback watch --command /var/mmfs/gpfsh/handlers/watch/run --event nodeLeave --async -N mgmt01 --parms gpfsh=1\.[0-9a-f]{12} --parms eventNode=%eventNode --parms eventName=%eventName$`, lines[len(lines)-1])
	_, found, err := h.c.Callbacks.Lookup(t.Context(), "watch")
	require.NoError(t, err)
	assert.False(t, found)
}

func TestOnlyTheVariablesThatAreUsedAreAskedFor(t *testing.T) {
	h := newHandling(t)
	for function, want := range map[string][]string{
		"func() {}": {"eventName", "fsName"},
		"func(e SnapshotCreatedEvent) { print(e.SnapshotName) }":                                              {"snapshotName", "eventName", "fsName"},
		"func(SNAPSHOTNAME string) {}":                                                                        {"snapshotName", "eventName", "fsName"},
		"func(e SnapshotCreatedEvent) { f := func(x SnapshotCreatedEvent) string { return x.MyNode }; f(e) }": {"fsName", "snapshotName", "snapshotID", "filesetName", "eventName", "myNode", "clusterName", "clusterManager", "upNodes", "downNodes", "quorumNodes"},
	} {
		h.do(`cb := Cluster().Filesystems["mmfs1"].OnSnapshotCreated.New(CallbackID("watch"), ` + function + `)`)
		cb, err := h.c.Callbacks.Get(t.Context(), "watch")
		require.NoError(t, err)
		words := strings.Fields(cb.Parms)
		assert.Equal(t, "for=mmfs1", words[1])
		var got []string
		for _, w := range words[2:] {
			name, value, _ := strings.Cut(w, "=")
			assert.Equal(t, "%"+name, value)
			got = append(got, name)
		}
		assert.Equal(t, want, got, function)
		h.do(`cb.Delete()`)
	}
}

// onField finds the collection of an event and the type of its event.
func onField(t *testing.T, event string) (field, typ string) {
	t.Helper()
	events := reflect.TypeFor[model.ClusterEvents]()
	for i := range events.NumField() {
		f := events.Field(i)
		if strings.EqualFold(f.Name, "On"+event) || strings.EqualFold("Onmm"+f.Name[2:], "On"+event) {
			name := f.Type.Name()
			return f.Name, strings.TrimSuffix(name[strings.LastIndexByte(name, '.')+1:], "]")
		}
	}
	t.Fatalf("the cluster has no collection for %s", event)
	return "", ""
}

// sample is a value of a variable, and how it is printed when it has arrived.
func sample(v mmexec.CallbackVariable, n int) (given, shown string) {
	switch v.Kind {
	case mmexec.NodesVariable:
		return "node1.hpc.example.org,node2.hpc.example.org", "[node1.hpc.example.org node2.hpc.example.org]"
	case mmexec.KilobytesVariable, mmexec.KilobytesLimit:
		return "2048", "2 MiB"
	case mmexec.CountVariable, mmexec.CountLimit:
		return fmt.Sprint(100 + n), fmt.Sprint(100 + n)
	case mmexec.NumberVariable:
		return fmt.Sprint(n), fmt.Sprint(n)
	case mmexec.SecondsVariable:
		return "90", "1m30s"
	}
	return fmt.Sprintf("%s%d", v.Name, n), fmt.Sprintf("%s%d", v.Name, n)
}

package mmexec

import "strings"

// MmHealthNode shows the health of components on nodes, of all components when none is named: mmhealth node show
// [component] -N nodes -Y.
func MmHealthNode(on NodeSpec, component string) (Command, error) {
	l := newLine("mmhealth").add("node", "show")
	if component != "" {
		l.list(attributeRule, ",", component)
	}
	return l.refuse(on.IsZero(), "say on which nodes").nodes(on).add("-Y").command("health of " + on.String())
}

// MmHealthCluster shows the health of the cluster by component: mmhealth cluster show [component] -Y.
func MmHealthCluster(component string) (Command, error) {
	l := newLine("mmhealth").add("cluster", "show")
	if component != "" {
		l.list(attributeRule, ",", component)
	}
	return l.add("-Y").command("health of the cluster")
}

// MmHealthEvents lists what happened on nodes: mmhealth node eventlog [--hour|--day|--week|--month] -N nodes -Y.
func MmHealthEvents(on NodeSpec, since string) (Command, error) {
	l := newLine("mmhealth").add("node", "eventlog")
	if since != "" {
		l.fail(oneOf(l.name, "the time", since, "hour", "day", "week", "month")).add("--" + since)
	}
	return l.refuse(on.IsZero(), "say on which nodes").nodes(on).add("-Y").command("events of " + on.String())
}

// MmDiag asks the daemon of the node that runs the command, and of that node alone: mmdiag --what -Y. what is waiters,
// deadlock, config, version, network and so on.
func MmDiag(what string) (Command, error) {
	l := newLine("mmdiag")
	_, known := parseOptions([]string{"--" + what}, diagOptions)
	return l.refuse(!known || what == "", "it cannot be asked for %q", what).add("--"+what, "-Y").command(what)
}

// MmLsWaiters lists the waiters of all nodes, for people: mmlsnode -N waiters -L.
func MmLsWaiters() (Command, error) {
	return newLine("mmlsnode").add("-N", "waiters", "-L").command("waiters of all nodes")
}

// MmLsQos lists the use of a file system by classes of service: mmlsqos Device -Y.
func MmLsQos(dev string) (Command, error) {
	return newLine("mmlsqos").device(dev).add("-Y").command("quality of service of " + dev)
}

// QosClass limits a class of service of a pool.
type QosClass struct {
	Pool  string // "*" for all pools
	Class string // maintenance, other, ...
	IOPS  string // a number, or "unlimited"
}

// ChQosOptions are the options of mmchqos.
type ChQosOptions struct {
	Nodes   NodeSpec // -N
	Classes []QosClass
}

// MmChQos limits classes of service, or switches all limits off: mmchqos Device --enable pool=P,class=IOPS or --disable.
func MmChQos(dev string, on Switch, o ChQosOptions) (Command, error) {
	l := newLine("mmchqos").device(dev).refuse(on == Unchanged, "say whether it is on or off").toggle(on, "--enable", "--disable").
		refuse(on == Off && (len(o.Classes) > 0 || !o.Nodes.IsZero()), "nothing can be limited while it is off").nodes(o.Nodes)
	for _, c := range o.Classes {
		if c.Pool != "*" {
			l.fail(CheckPoolName(c.Pool))
		}
		l.fail(attributeRule.check(c.Class)).refuse(c.IOPS != "unlimited" && (c.IOPS == "" || strings.Trim(c.IOPS, "0123456789KMkm") != ""), "%q is no number of operations", c.IOPS)
		l.add("pool=" + c.Pool + "," + c.Class + "=" + c.IOPS)
	}
	return l.command("quality of service of " + dev)
}

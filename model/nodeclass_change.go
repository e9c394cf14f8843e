package model

import (
	"context"
	"strings"

	"gpfsh/mmexec"
)

// New makes a node class of nodes, named in any form, and of other node classes. It runs mmcrnodeclass. The name must not
// end in "nodes".
func (n NodeClasses) New(ctx context.Context, name string, members ...string) (*NodeClass, error) {
	if err := n.check(); err != nil {
		return nil, err
	}
	args := arguments().operand(mmexec.CheckNewNodeClassName, ",", name).nodes(target{named: true, nodes: members})
	res, err := n.c.run(ctx)(args.of("mmcrnodeclass", "node class "+name))
	if err != nil {
		return nil, err
	}
	made := (&NodeClass{Name: name, c: n.c, unborn: res.Planned}).withEvents()
	if !res.Planned {
		if fresh, err := n.Get(ctx, name); err == nil {
			return fresh, nil
		}
	}
	return made, nil
}

// Delete removes node classes; their nodes stay. It runs mmdelnodeclass once.
func (n NodeClasses) Delete(ctx context.Context, name string, more ...string) error {
	if err := n.check(); err != nil {
		return err
	}
	names := append([]string{name}, more...)
	args := arguments().operand(mmexec.CheckNodeClassName, ",", names...)
	_, err := n.c.run(ctx)(args.of("mmdelnodeclass", "node classes "+strings.Join(names, ",")))
	return err
}

func (n *NodeClass) ready() error {
	if n == nil || n.c == nil {
		return errNil(kindNodeClass)
	}
	return nil
}

func (n *NodeClass) changeable(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	return n.plannedStill(ctx)
}

// Refresh reads the node class again. It runs mmlsnodeclass.
func (n *NodeClass) Refresh(ctx context.Context) error {
	if err := n.ready(); err != nil {
		return err
	}
	fresh, err := n.c.NodeClasses.WithSystem().Get(ctx, n.Name)
	if err != nil {
		return err
	}
	*n = *fresh
	return nil
}

// Delete removes the node class; its nodes stay. It runs mmdelnodeclass.
func (n *NodeClass) Delete(ctx context.Context) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	return n.c.NodeClasses.Delete(ctx, n.Name)
}

// Add puts nodes or node classes into the node class. It runs mmchnodeclass add.
func (n *NodeClass) Add(ctx context.Context, members ...string) error {
	return n.change(ctx, "add", members)
}

// Remove takes nodes or node classes out of the node class. It runs mmchnodeclass delete.
func (n *NodeClass) Remove(ctx context.Context, members ...string) error {
	return n.change(ctx, "delete", members)
}

// Replace gives the node class other members in place of those it has. It runs mmchnodeclass replace.
func (n *NodeClass) Replace(ctx context.Context, members ...string) error {
	return n.change(ctx, "replace", members)
}

func (n *NodeClass) change(ctx context.Context, how string, members []string) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	args := arguments().operand(mmexec.CheckNodeClassName, ",", n.Name).add(how).nodes(target{named: true, nodes: members})
	_, err := n.c.run(ctx)(args.of("mmchnodeclass", "node class "+n.Name))
	return err
}

// Startup starts the Storage Scale daemon on the nodes of the node class. It runs mmstartup.
func (n *NodeClass) Startup(ctx context.Context) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	_, err := n.c.run(ctx)(mmexec.MmStartup(mmexec.OnNodes(n.Name), mmexec.StartupOptions{}))
	return err
}

// Shutdown unmounts the file systems on the nodes of the node class and stops their Storage Scale daemons. It runs
// mmshutdown.
func (n *NodeClass) Shutdown(ctx context.Context, options ...ShutdownOption) error {
	if err := n.changeable(ctx); err != nil {
		return err
	}
	_, err := n.c.run(ctx)(shutdown(mmexec.OnNodes(n.Name), options))
	return err
}

// ChangeNodes changes the roles of all nodes of the node class. It runs mmchnode.
func (n *NodeClass) ChangeNodes(ctx context.Context, options ...NodeChangeOption) error {
	if err := n.changeable(ctx); err != nil || len(options) == 0 {
		return err
	}
	return n.c.changeNodes(ctx, []string{n.Name}, options)
}

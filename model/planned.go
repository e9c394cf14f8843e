package model

import (
	"context"
	"errors"
)

// What was made in a dry run can be changed further in the same plan. When the dry run is over its name may mean
// something else: an object that somebody made meanwhile, or that the plan made when it was carried out. So whatever is
// to be done to a planned object is refused once there is an object of its name; while there is none, a dry run records
// the command and the cluster refuses it.

// planned says why nothing may be done to a fileset that was planned. It runs mmlsfileset.
func (f *Fileset) plannedStill(ctx context.Context) error {
	if !f.planned {
		return nil
	}
	return plannedStill(kindFileset, f.Name, f.fs.planned, func() (bool, error) {
		_, found, err := f.fs.Filesets.Lookup(ctx, f.Name)
		return found, err
	})
}

// plannedStill says why nothing may be done to a snapshot that was planned. It runs mmlssnapshot.
func (s *Snapshot) plannedStill(ctx context.Context) error {
	if !s.planned {
		return nil
	}
	return plannedStill(kindSnapshot, s.Key(), s.fs.planned, func() (bool, error) {
		there, err := s.readAgain(ctx, false)
		if refused(err) {
			return false, nil
		}
		return there != nil, err
	})
}

// plannedStill says why nothing may be done to a node that was planned. It runs mmlscluster.
func (n *Node) plannedStill(ctx context.Context) error {
	if !n.unborn {
		return nil
	}
	return plannedStill(kindNode, n.Name, false, func() (bool, error) {
		_, found, err := n.c.Nodes.Lookup(ctx, n.Name)
		return found, err
	})
}

// plannedStill says why nothing may be done to a node class that was planned. It runs mmlsnodeclass.
func (n *NodeClass) plannedStill(ctx context.Context) error {
	if !n.unborn {
		return nil
	}
	return plannedStill(kindNodeClass, n.Name, false, func() (bool, error) {
		_, found, err := n.c.NodeClasses.Lookup(ctx, n.Name)
		return found, err
	})
}

func plannedStill(kind, name string, parent bool, there func() (bool, error)) error {
	if parent {
		return nil // what is in a planned file system cannot be there
	}
	found, err := there()
	var missing *NotFoundError
	switch {
	case errors.As(err, &missing):
		return nil
	case err != nil:
		return err
	case found:
		return &PlannedError{Kind: kind, Name: name, Replaced: true}
	}
	return nil
}

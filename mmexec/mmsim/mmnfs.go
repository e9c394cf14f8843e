package mmsim

import (
	"slices"
	"strings"
)

// mmnfs handles NFS exports: mmnfs export {list|add|change|remove}.
func mmnfs(c *call) int {
	if c.operand(0) != "export" {
		return c.usage("Incorrect option: " + c.operand(0))
	}
	verb, path := c.operand(1), c.operand(2)
	switch verb {
	case "list":
		return c.listExports()
	case "add", "change", "remove":
		if path == "" {
			return c.usage("Missing arguments.")
		}
	default:
		return c.usage("Incorrect option: " + verb)
	}
	i := slices.IndexFunc(c.st.NFSExports, func(e NFSExport) bool { return e.Path == path })
	switch {
	case verb == "add" && i >= 0:
		return c.fail("The path %s is already exported.", path) // unverified: wording
	case verb != "add" && i < 0:
		return c.fail("No NFS export was found for path %s.", path) // unverified: wording
	case verb == "remove":
		c.st.NFSExports = slices.Delete(c.st.NFSExports, i, i+1)
		return 0
	case verb == "add":
		if code := c.checkExportPath(path); code != 0 {
			return code
		}
		e := NFSExport{Path: path, Clients: parseClients(c.get("-c") + c.get("--client"))}
		if len(e.Clients) == 0 {
			e.Clients = []NFSClient{{Client: "*", Access: "RO"}}
		}
		c.st.NFSExports = append(c.st.NFSExports, e)
		return 0
	}
	e := NFSExport{Path: path, Clients: slices.Clone(c.st.NFSExports[i].Clients)}
	for _, gone := range splitList(c.get("--nfsremove")) {
		e.Clients = slices.DeleteFunc(e.Clients, func(cl NFSClient) bool { return cl.Client == gone })
	}
	for _, cl := range parseClients(c.get("--nfschange")) {
		j := slices.IndexFunc(e.Clients, func(have NFSClient) bool { return have.Client == cl.Client })
		if j < 0 {
			return c.fail("Client %s has no access to %s.", cl.Client, path) // unverified: wording
		}
		e.Clients[j] = cl
	}
	for _, cl := range parseClients(c.get("--nfsadd")) {
		if slices.ContainsFunc(e.Clients, func(have NFSClient) bool { return have.Client == cl.Client }) {
			return c.fail("Client %s has access to %s already.", cl.Client, path) // unverified: wording
		}
		e.Clients = append(e.Clients, cl)
	}
	c.st.NFSExports[i] = e
	if len(e.Clients) == 0 {
		c.st.NFSExports = slices.Delete(c.st.NFSExports, i, i+1)
	}
	return 0
}

// checkExportPath refuses paths that no file system has.
func (c *call) checkExportPath(path string) int {
	for i := range c.st.Filesystems {
		if f := &c.st.Filesystems[i]; len(f.Mounts) > 0 {
			if _, ok := f.locate(path); ok {
				return 0
			}
		}
	}
	return c.fail("The path %s is not in a mounted GPFS file system.", path) // unverified: wording
}

// parseClients reads client(option=value,…);client2(…).
func parseClients(text string) []NFSClient {
	var clients []NFSClient
	for _, word := range strings.Split(text, ";") {
		name, options, _ := strings.Cut(word, "(")
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		cl := NFSClient{Client: name, Access: "RO", Squash: "ROOT_SQUASH"}
		for _, kv := range strings.Split(strings.TrimSuffix(options, ")"), ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(kv), "=")
			switch strings.ToLower(key) {
			case "access_type":
				cl.Access = strings.ToUpper(value)
			case "squash":
				cl.Squash = strings.ToUpper(value)
			}
		}
		clients = append(clients, cl)
	}
	return clients
}

// listExports prints the exports: one row for each client of a path in the -Y form.
func (c *call) listExports() int {
	exports := c.st.NFSExports
	if n := c.get("-n") + c.get("--nfsdefs"); n != "" {
		exports = slices.DeleteFunc(slices.Clone(exports), func(e NFSExport) bool { return e.Path != n })
	}
	if c.has("-Y") {
		w := c.y()
		w.header("nfsexports", "Path", "Delegations", "Clients", "Access_Type", "Protocols", "Transports", "Squash", "Anonymous_uid", "Anonymous_gid",
			"SecType", "PrivilegedPort", "DefaultDelegations", "Manage_Gids", "NFS_Commit")
		for _, e := range exports {
			for _, cl := range e.Clients {
				// Client addresses are written as they are: colons of IPv6 are not encoded.
				w.row("nfsexports", e.Path, "none", encoded(cl.Client), cl.Access, "3,4", "TCP", cl.Squash, -2, -2, "SYS", "FALSE", "none", "FALSE", "FALSE")
			}
		}
		return 0
	}
	width := 18
	for _, e := range exports {
		width = max(width, len(e.Path))
	}
	c.printf("%s  Delegations  Clients  \n%s  -----------  -------  \n", pad("Path", width), strings.Repeat("-", width))
	for _, e := range exports {
		for _, cl := range e.Clients {
			c.printf("%s  NONE         %s\n", pad(e.Path, width), cl.Client)
		}
	}
	return 0
}

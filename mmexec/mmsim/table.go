package mmsim

import (
	"maps"
	"slices"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func clusterCommands() []*command {
	return []*command{
		{name: "mmlscluster", skips: wantAll, options: "-Y --ces --cnfs --cloud-gateway --comment", run: mmlscluster,
			usage: []string{"mmlscluster [-Y] [--ces | --cnfs | --cloud-gateway | --comment]"}},
		{name: "mmlsconfig", skips: wantAll, options: "-Y", max: -1, run: mmlsconfig,
			usage: []string{"mmlsconfig [Attribute[,Attribute...]] [-Y]"}},
		{name: "mmlsmgr", skips: wantAll, options: "-Y -c -C:", max: -1, run: mmlsmgr,
			usage: []string{"mmlsmgr [Device [Device...]] [-Y]", "or", "mmlsmgr -C RemoteClusterName", "or", "mmlsmgr -c"}},
	}
}

func nodeCommands() []*command {
	return []*command{
		{name: "mmgetstate", skips: wantAll, options: "-L -s -v -Y -a -N: --fqdn", run: mmgetstate,
			usage: []string{"mmgetstate [-L] [-s] [-v] [-Y] [-a | -N {Node[,Node...] | NodeFile | NodeClass}]"}},
		{name: "mmlsnode", skips: wantAll, options: "-a -N: -L -C:", run: mmlsnode,
			usage: []string{"mmlsnode [-a] [-N {Node[,Node...] | NodeFile | NodeClass | waiters} [-L]] [-C ClusterName]"}},
		{name: "mmlsnodeclass", skips: wantAll, options: "-Y --user --system --all", max: 1, run: mmlsnodeclass,
			usage: []string{"mmlsnodeclass [ClassName[,ClassName...] | --user | --system | --all] [-Y]"}},
		{name: "mmstartup", options: "-a -N: -E:", changes: true, run: mmstartup,
			usage: []string{"mmstartup [-a | -N {Node[,Node...] | NodeFile | NodeClass}]", "[-E EnvVar=value ...]"}},
		{name: "mmshutdown", options: "-t: -a -N: --accept", changes: true, run: mmshutdown,
			usage: []string{"mmshutdown [-t UnmountTimeout ] [-a | -N {Node[,Node...] | NodeFile | NodeClass}] [--accept]"}},
	}
}

func filesystemCommands() []*command {
	return []*command{
		{name: "mmlsfs", skips: wantSnapshots | wantQuotas, options: mmlsfsOptions(), min: 1, max: 1, run: mmlsfs,
			usage: []string{"mmlsfs {Device | all | all_local | all_remote} [-A] [-B] [-d] [-D] [-E] [-f] [-i] [-I] [-j] [-k]",
				"[-K] [-L] [-m] [-M] [-n] [-o] [-P] [-Q] [-r] [-R] [-S] [-t] [-T] [-V] [-Y] [-z]",
				"[--auto-inode-limit] [--create-time] [--encryption] [--fastea] [--file-audit-log] [--filesetdf]",
				"[--flush-on-close] [--inode-limit] [--is4KAligned] [--log-replicas] [--maintenance-mode]",
				"[--mount-priority] [--nfs4-owner-write-acl] [--perfileset-quota] [--rapid-repair]",
				"[--subblocks-per-full-block] [--write-cache-threshold]"}},
		{name: "mmchfs", changes: true, min: 1, max: 1, run: mmchfs,
			options: "-A: -D: -E: -k: -K: -L: -m: -n: -o: -p: -Q: -r: -S: -t: -T: -V: -W: -z: --auto-inode-limit " +
				"--noauto-inode-limit --filesetdf --nofilesetdf --flush-on-close --noflush-on-close --inode-limit: " +
				"--log-replicas: --maintenance-mode: --wait --mount-priority: --nfs4-owner-write-acl: " +
				"--perfileset-quota --noperfileset-quota --rapid-repair --norapid-repair --write-cache-threshold:",
			usage: []string{"mmchfs Device [-A {yes | no | automount}] [-D {posix | nfs4}] [-E {yes | no}]",
				"[-k {posix | nfs4 | all}] [-K {no | whenpossible | always}] [-L LogFileSize] [-m DefaultMetadataReplicas]",
				"[-n NumNodes] [-o MountOptions] [-r DefaultDataReplicas] [-S {yes | no | relatime}] [-T Mountpoint]",
				"[-t DriveLetter] [-V {full | compat}] [-z {yes | no}] [--auto-inode-limit | --noauto-inode-limit]",
				"[--filesetdf | --nofilesetdf] [--flush-on-close | --noflush-on-close]",
				"[--inode-limit MaxNumInodes[:NumInodesToPreallocate]] [--log-replicas LogReplicas]",
				"[--mount-priority Priority] [--nfs4-owner-write-acl {yes | no}]",
				"[--perfileset-quota | --noperfileset-quota] [--rapid-repair | --norapid-repair]",
				"[--write-cache-threshold HAWCThreshold]", "or", "mmchfs Device -Q {yes | no}", "or",
				"mmchfs Device -W NewDeviceName", "or", "mmchfs Device --maintenance-mode {yes [--wait] | no}"}},
		{name: "mmdf", skips: wantSnapshots | wantQuotas, options: "-d -F -m -P: -Y --block-size: --qos:", min: 1, max: 1, run: mmdf,
			usage: []string{"mmdf Device [-d] [-F] [-m] [-P PoolName] [-Y | --block-size {BlockSize | auto}] [--qos QOSClass]"}},
		{name: "mmlspool", skips: wantAll, options: "-L", min: 1, max: 2, run: mmlspool,
			usage: []string{"mmlspool Device {StoragePool[,StoragePool...] | all} [-L]"}},
	}
}

func mountCommands() []*command {
	return []*command{
		{name: "mmlsmount", skips: wantAll, options: "-L -Y -C: -F:", max: 1, run: mmlsmount,
			usage: []string{"mmlsmount {Device | all | all_local | all_remote | {-F DeviceFileName}}", "[-L] [-Y]",
				"[-C {all | all_remote | ClusterName[,ClusterName...]}]"}},
		{name: "mmmount", options: "-o: -a -N: -F:", max: 2, changes: true, run: mmmount,
			usage: []string{"mmmount {Device | DefaultMountPoint | DefaultDriveLetter | all | all_local | all_remote |",
				"{-F DeviceFileName}} [-o MountOptions] [-a | -N {Node[,Node...] | NodeFile | NodeClass}]", "or",
				"mmmount Device {MountPoint | DriveLetter} [-o MountOptions]", "[-a | -N {Node[,Node...] | NodeFile | NodeClass}]"}},
		{name: "mmumount", options: "-f -a -N: -F: -C:", max: 1, changes: true, run: mmumount, usage: mmumountUsage("mmumount")},
		{name: "mmunmount", options: "-f -a -N: -F: -C:", max: 1, changes: true, run: mmumount, usage: mmumountUsage("mmunmount")},
	}
}

func mmumountUsage(name string) []string {
	return []string{name + " {Device | MountPoint | DriveLetter | all | all_local | all_remote |",
		"{-F DeviceFileName}} [-f] [-a | -N {Node[,Node...] | NodeFile | NodeClass}]", "or",
		name + " Device -f -C {all_remote | ClusterName} [-N Node[,Node...]]"}
}

func filesetCommands() []*command {
	return []*command{
		{name: "mmlsfileset", skips: wantQuotas, counts: func(p *parsed) bool { return p.any("-i", "-d") }, options: "-J: -F: -d --block-size: -i -L -X -Y --afm --deleted --iam-mode", min: 1, max: 2, run: mmlsfileset,
			usage: []string{"mmlsfileset Device [[Fileset[,Fileset...]] [-J Junction[,Junction...]] | -F FileName]",
				"[-d [--block-size {BlockSize | auto}]] [-i] [-L] [-X] [-Y] [--afm] [--deleted] [--iam-mode]"}},
		{name: "mmcrfileset", changes: true, min: 2, max: 2, run: mmcrfileset,
			options: "-p: -t: --inode-space: --inode-limit: --allow-permission-change: --allow-permission-inherit: -J:",
			usage: []string{"mmcrfileset Device FilesetName [-p afmAttribute=Value...] [-t Comment]",
				"[--inode-space {new [--inode-limit MaxNumInodes[:NumInodesToPreallocate]] | ExistingFileset}]",
				"[--allow-permission-change PermissionChangeMode] [--allow-permission-inherit PermissionInheritMode]"}},
		{name: "mmlinkfileset", options: "-J:", changes: true, min: 2, max: 2, run: mmlinkfileset,
			usage: []string{"mmlinkfileset Device FilesetName [-J JunctionPath]"}},
		{name: "mmunlinkfileset", options: "-J: -f", changes: true, min: 1, max: 2, run: mmunlinkfileset,
			usage: []string{"mmunlinkfileset Device {FilesetName | -J JunctionPath} [-f]"}},
		{name: "mmdelfileset", options: "-f --qos: --pit-continues-on-error", changes: true, min: 2, max: 2, run: mmdelfileset,
			usage: []string{"mmdelfileset Device FilesetName [-f] [--qos QosClass]"}},
	}
}

func snapshotCommands() []*command {
	return []*command{
		{name: "mmlssnapshot", skips: wantQuotas, options: "-d --fast --block-size: -s: -j: --qos: -Y", min: 1, max: 1, run: mmlssnapshot,
			usage: []string{"mmlssnapshot Device [-d [--block-size {BlockSize | auto}]]",
				"[-s {all | global | [[Fileset]:]Snapshot[,[[Fileset]:]Snapshot...]} | -j Fileset[,Fileset...]]",
				"[--qos QOSClass] [-Y]"}},
		{name: "mmcrsnapshot", options: "-j: --expiration-time:", changes: true, min: 2, max: 2, run: mmcrsnapshot,
			usage: []string{"mmcrsnapshot Device [[Fileset]:]Snapshot[,[[Fileset]:]Snapshot]...", "[-j FilesetName[,FilesetName...]]",
				"[--expiration-time yyyy-mm-dd-hh:mm[:ss]]"}},
		{name: "mmdelsnapshot", options: "-j: -N: --qos: --pit-continues-on-error", changes: true, min: 2, max: 2, run: mmdelsnapshot,
			usage: []string{"mmdelsnapshot Device [[Fileset]:]Snapshot[,[[Fileset]:]Snapshot...]", "[-j FilesetName[,FilesetName...]]",
				"[--qos QOSClass] [-N {all | mount | Node[,Node...] | NodeFile | NodeClass}]"}},
	}
}

func quotaCommands() []*command {
	return []*command{
		{name: "mmrepquota", counts: always, options: "-u -g -j -e -n -q -t -v -a -Y --block-size:", max: -1, run: mmrepquota,
			usage: []string{"mmrepquota [-u] [-g] [-e] [-n] [-v] [--block-size {BlockSize | auto} | -Y] {-a | Device:Fileset ...}", "or",
				"mmrepquota -j [-e] [-q] [-n] [-v] [-t] [--block-size {BlockSize | auto} | -Y] {-a | Device...}", "or",
				"mmrepquota [-q] [-t] {-a | Device...}"}},
	}
}

func diskCommands() []*command {
	return []*command{
		{name: "mmlsdisk", skips: wantAll, options: "-d: -e -L -m -M -Y", min: 1, max: 1, run: mmlsdisk,
			usage: []string{`mmlsdisk Device [-d "DiskName[;DiskName...]"] [-e | -Y] [-L]`, "or",
				`mmlsdisk Device [-d "DiskName[;DiskName...]"] {-m | -M} [-Y]`}},
		{name: "mmlsnsd", skips: wantAll, options: "-a -F -f: -d: -L -m -M -X -Y -v", run: mmlsnsd,
			usage: []string{`mmlsnsd [-a | -F | -f Device | -d "DiskName[;DiskName...]"]`, "[-L | -m | -M | -X] [-Y | -v]"}},
	}
}

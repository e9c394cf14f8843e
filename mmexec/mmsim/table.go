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
		{name: "mmlsmgr", ySince: [2]int{5, 0}, skips: wantAll, options: "-Y -c -C:", max: -1, run: mmlsmgr,
			usage: []string{"mmlsmgr [Device [Device...]] [-Y]", "or", "mmlsmgr -C RemoteClusterName", "or", "mmlsmgr -c"}},
		{name: "mmchmgr", options: "-c", max: 2, changes: true, run: mmchmgr, usage: []string{"mmchmgr {Device | -c} [Node]"}},
		{name: "mmchconfig", options: "-i -I -N: --force", min: 1, max: -1, changes: true, run: mmchconfig,
			usage: []string{"mmchconfig Attribute=value[,Attribute=value...] [-i | -I]", "[-N {Node[,Node...] | NodeFile | NodeClass}]"}},
		{name: "mmauth", ySince: [2]int{5, 0}, options: "-Y", min: 1, max: 2, skips: wantAll, run: mmauth, usage: []string{"mmauth show [RemoteClusterName | all | .] [-Y]"}},
		{name: "mmremotecluster", ySince: [2]int{5, 0}, options: "-Y", min: 1, max: 2, skips: wantAll, run: mmremotecluster, usage: []string{"mmremotecluster show [RemoteClusterName | all] [-Y]"}},
		{name: "mmremotefs", ySince: [2]int{5, 0}, options: "-Y -f: -C: -T: -A: -o: -t: --mount-priority: --force", min: 1, max: 2, changes: true, reads: func(p *parsed) bool { return p.operand(0) == "show" }, run: mmremotefs,
			usage: []string{"mmremotefs add Device -f Device -C ClusterName -T MountPoint", "[-A {yes | no | automount}] [-o MountOptions]", "or", "mmremotefs delete Device", "or",
				"mmremotefs show [Device | all] [-Y]"}},
		{name: "mmhealth", min: 2, max: 4, skips: wantAll, run: mmhealth,
			options: "-N: -Y -X --extended --no-notices --last-check --verbose -v --unhealthy --not-ok --color --nocolor --refresh --resync --hour --day --week --month --show-state-changes",
			usage: []string{"mmhealth node show [component] [-N {Node[,Node...] | NodeFile | NodeClass}] [-Y] [--verbose] [--unhealthy | --not-ok]", "or",
				"mmhealth node eventlog [-N {Node[,Node...] | NodeFile | NodeClass}] [-Y]", "or", "mmhealth cluster show [component [entity]] [-Y]"}},
		{name: "mmdiag", skips: wantAll, run: mmdiag,
			options: "-Y --afm --all --assert --commands --config --deadlock --dmapi --health --iohist --lroc --memory --msgnodes --network --nsd --pending --rpc --stats --threads --tokenmgr --verbs --version --waiters",
			usage:   []string{"mmdiag [--all] [--version] [--waiters] [--deadlock] [--threads] [--lroc] [--memory] [--network] [--config] [-Y]"}},
		{name: "mmces", options: "-Y -a --all -N: -v --verbose --ces-ip: --ces-node: --ces-group:", min: 2, max: 4, changes: true, run: mmces,
			reads: func(p *parsed) bool { return p.operand(1) == "list" || p.operand(0) == "state" },
			usage: []string{"mmces service list [-a] [-Y]", "or", "mmces node {list | suspend | resume} [-N {Node[,Node...]} | -a]", "or", "mmces address list", "or",
				"mmces address {add | remove | move} --ces-ip IP[,IP...] [--ces-node Node]", "or", "mmces state {show | cluster} [-Y]"}},
		{name: "mmsmb", options: "-Y --option: --export-regex: --header: --all --key-info:", min: 2, max: 4, skips: wantAll, run: mmsmb, usage: []string{"mmsmb export list [ListofExports] [-Y]"}},
		{name: "mmnfs", prefix: "mmcesnfslsexport", options: "-Y -n: --nfsdefs: -c: --client: --nfsadd: --nfsremove: --nfschange: --force", min: 2, max: 3, changes: true, run: mmnfs,
			reads: func(p *parsed) bool { return p.operand(1) == "list" },
			usage: []string{"mmnfs export list [-n Path] [-Y]", "or", "mmnfs export add Path [-c Client(Option[=Value],...)[;...]]", "or",
				"mmnfs export change Path [--nfsadd ...] [--nfsremove ...] [--nfschange ...]", "or", "mmnfs export remove Path"}},
		{name: "mmclidecode", input: true, max: 1, skips: wantAll, run: mmclidecode, usage: []string{"mmclidecode String"}},
		{name: "mmaddcallback", changes: true, max: 1, run: mmaddcallback,
			options: "--command: --event: --priority: --async --sync --timeout: --onerror: -N: --parms: -S: --spec-file:",
			usage: []string{"mmaddcallback CallbackIdentifier --command CommandPathname", "--event Event[,Event...] [--priority Value]",
				"[--async | --sync [--timeout Seconds] [--onerror Action]]", "[-N {Node[,Node...] | NodeFile | NodeClass}]", "[--parms ParameterString ...]", "or",
				"mmaddcallback {-S Filename | --spec-file Filename}"}},
		{name: "mmdelcallback", changes: true, min: 1, max: 1, run: mmdelcallback, usage: []string{"mmdelcallback CallbackIdentifier[,CallbackIdentifier...]"}},
		{name: "mmlscallback", ySince: [2]int{5, 0}, options: "-Y", max: 1, skips: wantAll, run: mmlscallback, usage: []string{"mmlscallback [-Y] [CallbackIdentifier[,CallbackIdentifier...] | user | system | all]"}},
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
		{name: "mmshutdown", input: true, options: "-t: -a -N: --accept", changes: true, run: mmshutdown,
			usage: []string{"mmshutdown [-t UnmountTimeout ] [-a | -N {Node[,Node...] | NodeFile | NodeClass}] [--accept]"}},
		{name: "mmaddnode", options: "-N: --accept --on-error-continue", changes: true, run: mmaddnode,
			usage: []string{"mmaddnode -N {NodeDesc[,NodeDesc...] | NodeFile} [--accept]"}},
		{name: "mmdelnode", options: "-a -N: -f --on-error-continue", changes: true, run: mmdelnode,
			usage: []string{"mmdelnode {-a | -N {Node[,Node...] | NodeFile | NodeClass}}"}},
		{name: "mmchnode", changes: true, run: mmchnode,
			options: "-N: -S: --spec-file: --admin-interface: --daemon-interface: --client --manager --quorum --nonquorum --perfmon --noperfmon --gateway " +
				"--nogateway --snmp-agent --nosnmp-agent --ces-enable --ces-disable --ces-group: --noces-group: --comment:",
			usage: []string{"mmchnode change-options -N {Node[,Node...] | NodeFile | NodeClass}", "or", "mmchnode {-S Filename | --spec-file=Filename}"}},
		{name: "mmexpelnode", options: "-o -f -w -l --list -r --reset -N:", changes: true, reads: func(p *parsed) bool { return p.any("-l", "--list") }, run: mmexpelnode,
			usage: []string{"mmexpelnode [-o | --once] [-f | --is-fenced] [-w | --wait] -N Node[,Node...]", "or", "mmexpelnode {-l | --list}", "or", "mmexpelnode {-r | --reset} -N {all | Node[,Node...]}"}},
		{name: "mmchlicense", input: true, options: "--accept -N:", min: 1, max: 1, changes: true, run: mmchlicense,
			usage: []string{"mmchlicense {client | fpo | server} [--accept] -N {Node[,Node...] | NodeFile | NodeClass}"}},
		{name: "mmlslicense", options: "-L -Y --capacity --formatted --licensed-usage --ilmt-data", skips: wantAll, run: mmlslicense,
			usage: []string{"mmlslicense [-Y] [-L | --capacity [--formatted] | --licensed-usage | --ilmt-data]"}},
		{name: "mmcrnodeclass", options: "-N:", min: 1, max: 1, changes: true, run: mmcrnodeclass,
			usage: []string{"mmcrnodeclass ClassName -N {Node[,Node...] | NodeFile | NodeClass}"}},
		{name: "mmchnodeclass", options: "-N:", min: 2, max: 2, changes: true, run: mmchnodeclass,
			usage: []string{"mmchnodeclass ClassName {add | delete | replace}", "-N {Node[,Node...] | NodeFile | NodeClass}"}},
		{name: "mmdelnodeclass", min: 1, max: 1, changes: true, run: mmdelnodeclass, usage: []string{"mmdelnodeclass ClassName[,ClassName...]"}},
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
		{name: "mmcrfs", changes: true, min: 1, max: 2, run: mmcrfs,
			options: "-F: -A: -B: -D: -E: -i: -j: -k: -K: -L: -m: -M: -n: -o: -p: -Q: -r: -R: -S: -t: -T: -v: -z: --metadata-block-size: --acldata-maxlen: " +
				"--auto-inode-limit --noauto-inode-limit --filesetdf --nofilesetdf --flush-on-close --noflush-on-close --inode-limit: --inode-segment-mgr: " +
				"--log-replicas: --mount-priority: --nfs4-owner-write-acl: --perfileset-quota --noperfileset-quota --version: --write-cache-threshold: --profile:",
			usage: []string{`mmcrfs Device {"DiskDesc[;DiskDesc...]" | -F StanzaFile}`, "[-A {yes | no | automount}] [-B BlockSize] [-D {posix | nfs4}]",
				"[-E {yes | no}] [-i InodeSize] [-j {cluster | scatter}] [-k {posix | nfs4 | all}]", "[-K {no | whenpossible | always}] [-L LogFileSize] [-m DefaultMetadataReplicas]",
				"[-M MaxMetadataReplicas] [-n NumNodes] [-Q {yes | no}] [-r DefaultDataReplicas]", "[-R MaxDataReplicas] [-S {yes | no | relatime}] [-T Mountpoint] [-v {yes | no}]",
				"[--filesetdf | --nofilesetdf] [--inode-limit MaxNumInodes[:NumInodesToPreallocate]]", "[--perfileset-quota | --noperfileset-quota] [--version VersionString]"}},
		{name: "mmdelfs", options: "-p", min: 1, max: 1, changes: true, run: mmdelfs, usage: []string{"mmdelfs Device [-p]"}},
		{name: "mmrestripefs", changes: true, min: 1, max: 1, run: mmrestripefs,
			options: "-m -r -b -R -c -p -z --strict --read-only --metadata-only --check-conflicting-replicas -P: -N: -o: --inode-criteria: --qos: --pit-continues-on-error",
			usage: []string{"mmrestripefs Device {-m | -r | -b [--strict] | -R | -c [--read-only] | -p | -z}", "[-P PoolName] [-N {Node[,Node...] | NodeFile | NodeClass}]",
				"[-o InodeResultFile] [--inode-criteria CriteriaFile] [--qos QOSClass]"}},
		{name: "mmlspolicy", ySince: [2]int{5, 0}, options: "-L -Y", min: 1, max: 1, skips: wantAll, run: mmlspolicy, usage: []string{"mmlspolicy Device [-L] [-Y]"}},
		{name: "mmchpolicy", options: "-t: -I:", min: 2, max: 2, changes: true, reads: func(p *parsed) bool { return p.get("-I") == "test" }, run: mmchpolicy,
			usage: []string{"mmchpolicy Device PolicyFilename [-t DescriptiveName] [-I {yes | test}]"}},
		{name: "mmapplypolicy", min: 1, max: 1, live: mmapplypolicy, reads: func(p *parsed) bool { return p.get("-I") == "test" || p.get("-I") == "prepare" },
			options: "-A: -a: -B: -D: -e -f: -g: -I: -i: -L: -M: -m: -N: -n: -P: -q -r: -S: -s: --choice-algorithm: --maxdepth: --allow-scan-on-remote " +
				"--max-merge-files: --max-sort-bytes: --other-sort-options: --qos: --scope: --single-instance --sort-buffer-size: --sort-command: " +
				"--split-filelists-by-weight --split-margin: --silent-on-delete",
			usage: []string{"mmapplypolicy {Device | Directory} [-A IscanBuckets] [-a IscanThreads] [-B MaxFiles]", "[-D yyyy-mm-dd[@hh:mm[:ss]]] [-e] [-f FileListPrefix] [-g GlobalWorkDirectory]",
				"[-I {yes | defer | test | prepare}] [-i InputFileList] [-L n] [-M name=value...] [-m ThreadLevel]", "[-N {all | mount | Node[,Node...] | NodeFile | NodeClass}] [-n DirThreadLevel]",
				"[-P PolicyFile] [-q] [-r FileListPathname...] [-S SnapshotName] [-s LocalWorkDirectory]", "[--choice-algorithm {best | exact | fast}] [--maxdepth MaxDirectoryDepth]",
				"[--max-merge-files MaxFiles] [--max-sort-bytes MaxBytes] [--other-sort-options SortOptions]", "[--qos QosClass] [--scope {filesystem | fileset | inodespace}] [--single-instance]",
				"[--sort-buffer-size Size] [--sort-command SortCommand] [--split-filelists-by-weight]", "[--split-margin n.n]"}},
		{name: "mmlsqos", ySince: [2]int{5, 0}, options: "--pool: --seconds: --sum-classes: --sum-nodes: --fine-stats: -Y -N: -C:", min: 1, max: 1, skips: wantAll, run: mmlsqos,
			usage: []string{"mmlsqos Device [--fine-stats TimeRange] [--pool {all | PoolName}] [--seconds Seconds]", "[--sum-classes {yes | no}] [--sum-nodes {yes | no}] [-Y]"}},
		{name: "mmafmctl", options: "-j: -Y --read-stats --write-stats --path:", min: 2, max: 2, changes: true, reads: func(p *parsed) bool { return p.operand(1) == "getstate" }, run: mmafmctl,
			usage: []string{"mmafmctl Device getstate [-j FilesetName]", "or", "mmafmctl Device {resync | expire | unexpire | stop | start | resumeRequeued} -j FilesetName", "or",
				"mmafmctl Device flushPending [-j FilesetName]"}},
		{name: "mmchqos", options: "--enable --disable --reset --force --fine-stats: --pid-stats: -N: -C: -F:", min: 1, max: -1, changes: true, run: mmchqos,
			usage: []string{"mmchqos Device --enable [--reset] [--force]", "[[-N {Node[,Node...]}] [-C ClusterName]", "pool=PoolName[,QOSClass={nnnIOPS | unlimited}][,QOSClass=...] ...]", "or", "mmchqos Device --disable"}},
		{name: "mmlsattr", options: "-l -L -d -X --hex-attr --hex-attr-name --dump-attr", min: 1, max: -1, skips: wantQuotas, run: mmlsattr,
			usage: []string{"mmlsattr [-l] [-L] [-d] [-X [--hex-attr [--hex-attr-name]]] FileName [FileName...]"}},
		{name: "mmchattr", min: 1, max: -1, skips: wantQuotas, run: mmchattr,
			options: "-m: -M: -r: -R: -P: -D: -I: -i: -a: -l --set-attr: --delete-attr: --hex-attr --hex-attr-name --no-attr-ctime --compression: --compact " +
				"--indefinite-retention: --expiration-time: --write-affinity-depth: --write-affinity-failure-group: --block-group-factor:",
			usage: []string{"mmchattr [-m MetadataReplicas] [-M MaxMetadataReplicas] [-r DataReplicas] [-R MaxDataReplicas]", "[-P DataPoolName] [-D {yes | no}] [-I {yes | defer}] [-i {yes | no}] [-a {yes | no}]",
				"[--set-attr AttributeName[=Value]] [--delete-attr AttributeName]", "Filename [Filename...]"}},
		{name: "mmgetacl", options: "-d -o: -k:", min: 1, max: 1, skips: wantQuotas, run: mmgetacl, usage: []string{"mmgetacl [-d] [-o OutFilename] [-k {nfs4 | posix | native}] Filename"}},
		{name: "mmputacl", input: true, options: "-d -i:", min: 1, max: 1, changes: true, run: mmputacl, usage: []string{"mmputacl [-d] [-i InFilename] Filename"}},
		{name: "mmdelacl", options: "-d", min: 1, max: 1, changes: true, run: mmdelacl, usage: []string{"mmdelacl [-d] Filename"}},
		{name: "mmclone", options: "", min: 2, max: -1, skips: wantQuotas, run: mmclone,
			usage: []string{"mmclone snap SourceFile [CloneParentFile]", "or", "mmclone copy CloneParentFile TargetFile", "or", "mmclone split Filename [Filename...]", "or",
				"mmclone redirect Filename [Filename...]", "or", "mmclone show Filename [Filename...]"}},
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
		{name: "mmchfileset", changes: true, min: 1, max: 2, run: mmchfileset,
			options: "-J: -j: -t: -p: --allow-permission-change: --allow-permission-inherit: --inode-limit: --iam-mode: --afmFastRemove:",
			usage: []string{"mmchfileset Device {FilesetName | -J JunctionPath}", "[-j NewFilesetName] [-t NewComment] [-p afmAttribute=Value...]",
				"[--allow-permission-change PermissionChangeMode]", "[--inode-limit MaxNumInodes[:NumInodesToPreallocate]] [--iam-mode Mode]"}},
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
		{name: "mmrestorefs", options: "-j: -N: -c --log-quiet --preserve-encryption-attributes --suppress-external-attributes --threads: --work-unit:", changes: true, min: 2, max: 2, run: mmrestorefs,
			usage: []string{"mmrestorefs Device SnapshotName [-j FilesetName]", "[-N {Node[,Node...] | NodeFile | NodeClass}] [--log-quiet]",
				"[--preserve-encryption-attributes] [--suppress-external-attributes] [--threads MaxNumThreads] [--work-unit FilesPerThread]"}},
		{name: "mmsnapdir", options: "-r -a -q -s: --snapdir: --fileset-snapdir: --global-snapdir: --show-global-snapshots:", changes: true, min: 1, max: 1, run: mmsnapdir,
			reads: func(p *parsed) bool { return p.has("-q") || len(p.order) == 0 },
			usage: []string{"mmsnapdir Device [-r | -a]", "[--show-global-snapshots {rootfileset | allfilesets}]", "[{[--fileset-snapdir FilesetSnapDirName] [--global-snapdir GlobalSnapDirName]}",
				"| {{--snapdir | -s} SnapDirName}]", "or", "mmsnapdir Device [-q]"}},
	}
}

func quotaCommands() []*command {
	return []*command{
		{name: "mmrepquota", counts: always, options: "-u -g -j -e -n -q -t -v -a -Y --block-size:", max: -1, run: mmrepquota,
			usage: []string{"mmrepquota [-u] [-g] [-e] [-n] [-v] [--block-size {BlockSize | auto} | -Y] {-a | Device:Fileset ...}", "or",
				"mmrepquota -j [-e] [-q] [-n] [-v] [-t] [--block-size {BlockSize | auto} | -Y] {-a | Device...}", "or",
				"mmrepquota [-q] [-t] {-a | Device...}"}},
		{name: "mmlsquota", options: "-u: -g: -j: -d -v -q -e -C: -Y --block-size:", max: -1, counts: always, run: mmlsquota,
			usage: []string{"mmlsquota [-u User | -g Group] [-v | -q] [-e] [-C ClusterName] [-Y] [--block-size {BlockSize | auto}] [Device[:Fileset] ...]", "or",
				"mmlsquota -j Fileset [-v | -q] [-e] [-C ClusterName] [-Y] [--block-size {BlockSize | auto}] Device ...", "or", "mmlsquota -d [-C ClusterName] [-Y] [Device ...]"}},
		{name: "mmsetquota", options: "--user: --group: --block: --files: --default: --grace: -F:", max: 1, changes: true, counts: always, run: mmsetquota,
			usage: []string{"mmsetquota Device{[:FilesetName]", "[--user IdOrName[,IdOrName]] [--group IdOrName[,IdOrName]]}", "{[--block SoftLimit[:HardLimit]] [--files SoftLimit[:HardLimit]]}", "or",
				"mmsetquota Device[:FilesetName] --default {user | group}", "{[--block SoftLimit[:HardLimit]] [--files SoftLimit[:HardLimit]]}", "or",
				"mmsetquota Device --default fileset", "{[--block SoftLimit[:HardLimit]] [--files SoftLimit[:HardLimit]]}", "or",
				"mmsetquota Device --grace {user | group | fileset}", "{[--block GracePeriod] [--files GracePeriod]}", "or", "mmsetquota -F StanzaFile"}},
		{name: "mmquotaon", options: "-u -g -j -v -a", max: -1, changes: true, run: switchQuotas(true, false), usage: []string{"mmquotaon [-u] [-g] [-j] [-v] {Device [Device...] | -a}"}},
		{name: "mmquotaoff", options: "-u -g -j -v -a", max: -1, changes: true, run: switchQuotas(false, false), usage: []string{"mmquotaoff [-u] [-g] [-j] [-v] {Device [Device...] | -a}"}},
		{name: "mmdefquotaon", options: "-u -g -j -v -d -a", max: -1, changes: true, run: switchQuotas(true, true), usage: []string{"mmdefquotaon [-u] [-g] [-j] [-v] [-d] {Device [Device...] | -a}", "or", "mmdefquotaon [-u] [-g] [-v] [-d] {Device:Fileset ... | -a}"}},
		{name: "mmdefquotaoff", options: "-u -g -j -v -d -a", max: -1, changes: true, run: switchQuotas(false, true), usage: []string{"mmdefquotaoff [-u] [-g] [-j] [-v] [-d] {Device [Device...] | -a}", "or", "mmdefquotaoff [-u] [-g] [-v] [-d] {Device:Fileset ... | -a}"}},
		{name: "mmcheckquota", options: "-v -V -N: --qos: --threads: -a", max: -1, changes: true, counts: always, run: mmcheckquota,
			usage: []string{"mmcheckquota [-v] [-N {Node[,Node...] | NodeFile | NodeClass}]", "[--qos QOSClass] {-a | Device[:Fileset] [Device[:Fileset]...]}"}},
	}
}

func diskCommands() []*command {
	return []*command{
		{name: "mmlsdisk", skips: wantAll, options: "-d: -e -L -m -M -Y", min: 1, max: 1, run: mmlsdisk,
			usage: []string{`mmlsdisk Device [-d "DiskName[;DiskName...]"] [-e | -Y] [-L]`, "or",
				`mmlsdisk Device [-d "DiskName[;DiskName...]"] {-m | -M} [-Y]`}},
		{name: "mmvdisk", ySince: [2]int{5, 0}, min: 2, max: 2, changes: true, run: mmvdisk,
			options: "-Y -L --recovery-group: --rg: --declustered-array: --da: --pdisk: --location: --replace --not-ok --prepare --cancel --force --force-rg --force-fru -v:",
			reads:   func(p *parsed) bool { return p.operand(1) == "list" },
			usage: []string{"mmvdisk {recoverygroup | vdiskset} list [-Y]", "or", "mmvdisk pdisk list --recovery-group {all | RgName[,RgName]}",
				"[--declustered-array DaName | --pdisk PdiskName] [--replace | --not-ok] [-Y]", "or",
				"mmvdisk pdisk replace [--prepare | --cancel] --recovery-group RgName", "{--pdisk PdiskName | --location LocationCode}"}},
		{name: "mmlsnsd", ySince: [2]int{5, 0}, skips: wantAll, options: "-a -F -f: -d: -L -m -M -X -Y -v", run: mmlsnsd,
			usage: []string{`mmlsnsd [-a | -F | -f Device | -d "DiskName[;DiskName...]"]`, "[-L | -m | -M | -X] [-Y | -v]"}},
		{name: "mmcrnsd", options: "-F: -v:", changes: true, run: mmcrnsd, usage: []string{"mmcrnsd -F StanzaFile [-v {yes | no}]"}},
		{name: "mmdelnsd", options: "-F: -p: -N:", max: 1, changes: true, run: mmdelnsd, usage: []string{`mmdelnsd {"DiskName[;DiskName...]" | -F DiskFile}`, "or", "mmdelnsd -p NSDId [-N Node[,Node...]]"}},
		{name: "mmchnsd", options: "-F:", max: 1, changes: true, run: mmchnsd, usage: []string{`mmchnsd {"DiskDesc[;DiskDesc...]" | -F StanzaFile}`}},
		{name: "mmadddisk", options: "-F: -a -r --strict -v: -N: --qos: --pit-continues-on-error", min: 1, max: 2, changes: true, run: mmadddisk,
			usage: []string{`mmadddisk Device {"DiskName[;DiskName...]" | -F StanzaFile} [-a] [-r [--strict]]`, "[-v {yes | no}] [-N {Node[,Node...] | NodeFile | NodeClass}] [--qos QOSClass]"}},
		{name: "mmdeldisk", options: "-F: -a -c -m -r -b -p --strict -N: -o: --inode-criteria: --qos: --pit-continues-on-error", min: 1, max: 2, changes: true, run: mmdeldisk,
			usage: []string{`mmdeldisk Device {"DiskName[;DiskName...]" | -F DescFile} [-a] [-c]`, "[-m | -r | -b [--strict]] [-N {Node[,Node...] | NodeFile | NodeClass}]", "[--inode-criteria CriteriaFile] [-o InodeResultFile] [--qos QOSClass]"}},
		{name: "mmchdisk", options: "-a -d: -F: -N: -o: --inode-criteria: --qos: --pit-continues-on-error", min: 2, max: 2, changes: true, run: mmchdisk,
			usage: []string{"mmchdisk Device {resume | start} -a [-N {Node[,Node...] | NodeFile | NodeClass}]", "or", `mmchdisk Device {suspend | empty | resume | stop | start | change} {-d "DiskDesc[;DiskDesc...]" | -F StanzaFile}`}},
		{name: "mmrpldisk", options: "-F: -v: -N: -o: --inode-criteria: --qos: --pit-continues-on-error", min: 2, max: 3, changes: true, run: mmrpldisk,
			usage: []string{"mmrpldisk Device DiskName {DiskDesc | -F StanzaFile} [-v {yes | no}]", "[-N {Node[,Node...] | NodeFile | NodeClass}] [--qos QOSClass]"}},
	}
}

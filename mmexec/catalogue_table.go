package mmexec

var (
	release50  = Release{V: 5, R: 0}
	release503 = Release{V: 5, R: 0, M: 3}
	release51  = Release{V: 5, R: 1}
	release60  = Release{V: 6, R: 0}
)

// Options that many long operations share.
const jobOptions = " --qos: --pit-continues-on-error -N:"

// catalogue is the one table of the commands of Storage Scale. The first line whose form matches counts, so longer
// forms stand before shorter ones. A line that reads lists every option that keeps it reading.
//
// unverified: the options of mmperfmon, mmces, mmqos, mmnetverify, mmlsenclosure, mmlsfirmware, mmvdisk, mmfsck, mmsmb,
// mmnfs and mms3 are from memory, as are the releases that brought a -Y form except those of mmlscallback, mmlspolicy
// and mmlsmgr. An option that is missing here only makes a line count as changing.
var catalogue = []entry{
	// Cluster and nodes
	{form: "mmlscluster", cost: CostConfig, options: "-Y --ces --cnfs --cloud-gateway --comment", y: YLast},
	{form: "mmlsconfig", cost: CostConfig, options: "-Y", y: YLast},
	{form: "mmchconfig", effect: Changes, cost: CostAllNodes, options: "-i -I -N: --force", cases: []optionCase{
		{"*release=*", Irreversible, keepCost}}},
	{form: "mmgetstate", cost: CostConfig, options: "-a -L -s -v -Y -N: --fqdn", y: YLast, cases: []optionCase{
		{"-a", keepEffect, CostAllNodes}, {"-N", keepEffect, CostAllNodes}, {"-s", keepEffect, CostAllNodes}}},
	{form: "mmstartup", effect: Changes, cost: CostAllNodes},
	{form: "mmshutdown", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmlsnode", cost: CostConfig, options: "-a -C: -N: -L", cases: []optionCase{{"-N waiters", keepEffect, CostAllNodes}}},
	{form: "mmcrcluster", effect: Changes, cost: CostAllNodes},
	{form: "mmchcluster", effect: Changes, cost: CostAllNodes},
	{form: "mmdelcluster", effect: Irreversible, cost: CostAllNodes},
	{form: "mmaddnode", effect: Changes, cost: CostAllNodes},
	{form: "mmdelnode", effect: Irreversible, cost: CostAllNodes},
	{form: "mmchnode", effect: Changes, cost: CostAllNodes},
	{form: "mmexpelnode", effect: StopsUsers, cost: CostAllNodes, options: "-l --list", cases: []optionCase{
		{"-l", Reads, keepCost}, {"--list", Reads, keepCost}}},
	{form: "mmlslicense", cost: CostConfig, options: "-Y -L --capacity --formatted --licensed-usage --ilmt-data", y: YLast, cases: []optionCase{
		{"--capacity", keepEffect, CostAllNodes}}},
	{form: "mmchlicense", effect: Changes, cost: CostAllNodes},
	{form: "mmlsnodeclass", cost: CostConfig, options: "-Y --user --system --all", y: YLast},
	{form: "mmcrnodeclass", effect: Changes, cost: CostAllNodes},
	{form: "mmchnodeclass", effect: Changes, cost: CostAllNodes},
	{form: "mmdelnodeclass", effect: Irreversible, cost: CostAllNodes},
	{form: "mmlsmgr", cost: CostManager, options: "-Y -c -C:", y: YLast, ySince: release503},
	{form: "mmchmgr", effect: Changes, cost: CostManager},
	{form: "mmauth show", cost: CostConfig, options: "-Y", y: YLast, ySince: release50},
	{form: "mmauth", effect: Changes, cost: CostAllNodes},
	{form: "mmremotecluster show", cost: CostConfig, options: "-Y", y: YLast, ySince: release50},
	{form: "mmremotecluster", effect: Changes, cost: CostAllNodes},
	{form: "mmremotefs show", cost: CostConfig, options: "-Y", y: YLast, ySince: release50},
	{form: "mmremotefs", effect: Changes, cost: CostAllNodes},
	{form: "mmkeyserv * show", cost: CostConfig, options: "-Y", y: YLast, ySince: release50},
	{form: "mmkeyserv", effect: Changes, cost: CostAllNodes},
	{form: "mmbackupconfig", effect: Changes, cost: CostManager}, // writes its output file
	{form: "mmrestoreconfig", effect: Changes, cost: CostManager},
	{form: "mmccr", effect: Changes, cost: CostAllNodes},
	{form: "mmsdrrestore", effect: Changes, cost: CostAllNodes},
	{form: "mmfsctl", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmclidecode", cost: CostConfig},
	{form: "mmdiag", cost: CostManager, options: diagOptions, y: YLast},
	{form: "mmpmon", effect: Changes, cost: CostManager}, // its requests come on standard input and include resets
	{form: "mmtracectl", effect: Changes, cost: CostAllNodes},
	{form: "mmnetverify", cost: CostAllNodes, heavy: true, options: "-N: --target-nodes: --configuration-file: --log-file: --verbose -Y --ces-override " +
		"--subnets: --cluster: --max-threads: --ping-packet-size: --min-bandwidth: --time: --sequential:", y: YLast, ySince: release50},
	{form: "gpfs.snap", effect: Changes, cost: CostAllNodes}, // writes archives on the nodes
	{form: "mmcallhome", effect: Changes, cost: CostAllNodes},

	// File systems
	{form: "mmlsfs", cost: CostManager, options: lsFsOptions, y: YLast, configOnly: "-A -o -T --mount-priority"},
	{form: "mmcrfs", effect: Irreversible, cost: CostAllNodes}, // formats disks
	{form: "mmchfs", effect: Changes, cost: CostAllNodes, options: "-A: -D: -E: -k: -K: -L: -m: -n: -o: -p: -Q: -r: -S: -T: -t: -V: -W: -z: " +
		"--inode-limit: --log-replicas: --mount-priority: --maintenance-mode: --write-cache-threshold: --inode-segment-mgr: --nfs4-owner-write-acl: " +
		"--filesetdf --nofilesetdf --perfileset-quota --noperfileset-quota --rapid-repair --norapid-repair " +
		"--auto-inode-limit --noauto-inode-limit --flush-on-close --noflush-on-close --wait",
		cases: []optionCase{{"-V full", Irreversible, keepCost}, {"--maintenance-mode yes", StopsUsers, keepCost}}},
	{form: "mmdelfs", effect: Irreversible, cost: CostAllNodes},
	{form: "mmmount", effect: Changes, cost: CostAllNodes},
	{form: "mmumount", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmunmount", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmlsmount", cost: CostManager, options: "-L -Y -C: -F:", y: YLast, cases: []optionCase{{"-C", keepEffect, CostAllNodes}}},
	{form: "mmdf", cost: CostScan, options: "-d -F -m -P: -Y --block-size: --qos:", y: YLast},
	{form: "mmlspool", cost: CostManager, options: "-L"},
	{form: "mmchpool", effect: Changes, cost: CostManager},
	{form: "mmfsck", effect: Changes, cost: CostScan, heavy: true, options: "-n -v -s -S -W -f --skip-directory-check --skip-inode-check",
		cases: []optionCase{{"-n", Reads, keepCost}}},
	{form: "mmrestripefs", effect: Changes, cost: CostScan},
	{form: "mmrestripefile", effect: Changes, cost: CostScan},
	{form: "mmdefragfs", effect: Changes, cost: CostScan, options: "-i", cases: []optionCase{{"-i", Reads, keepCost}}},
	{form: "mmmigratefs", effect: Irreversible, cost: CostAllNodes},
	{form: "mmbackup", effect: Changes, cost: CostScan},
	{form: "mmcheckfs", effect: Changes, cost: CostScan},

	// Filesets
	{form: "mmlsfileset", cost: CostManager, options: "-J: -F: -d -i -L -X -Y --afm --deleted --iam-mode --block-size:", y: YLast,
		cases: []optionCase{{"-d", keepEffect, CostScan}, {"-i", keepEffect, CostScan}}},
	{form: "mmcrfileset", effect: Changes, cost: CostManager},
	{form: "mmchfileset", effect: Changes, cost: CostManager},
	{form: "mmlinkfileset", effect: Changes, cost: CostManager},
	// Users lose the path, and backups that track it expire.
	{form: "mmunlinkfileset", effect: StopsUsers, cost: CostManager},
	{form: "mmdelfileset", effect: Irreversible, cost: CostScan},

	// Snapshots
	{form: "mmlssnapshot", cost: CostManager, options: "-d -s: -j: -Y --fast --block-size: --qos:", y: YLast,
		cases: []optionCase{{"-d", keepEffect, CostScan}}},
	{form: "mmcrsnapshot", effect: Changes, cost: CostAllNodes},
	{form: "mmdelsnapshot", effect: Irreversible, cost: CostScan, options: "-j:" + jobOptions},
	{form: "mmrestorefs", effect: Irreversible, cost: CostScan},
	{form: "mmsnapdir", effect: Reads, cost: CostManager, options: "-q"},
	{form: "mmpsnap * status", cost: CostManager, options: "-j:"},
	{form: "mmpsnap", effect: Changes, cost: CostManager},
	{form: "mmrestrictedctl", effect: Irreversible, cost: CostManager},

	// Quotas
	{form: "mmlsquota", cost: CostManager, options: "-u: -g: -j: -d -v -q -e -C: -Y --block-size:", y: YFirst, cases: []optionCase{
		{"-e", keepEffect, CostAllNodes}}},
	{form: "mmrepquota", cost: CostManager, options: "-u -g -j -e -q -n -v -t -a -Y --block-size:", y: YFirst, cases: []optionCase{
		{"-e", keepEffect, CostAllNodes}}},
	{form: "mmsetquota", effect: Changes, cost: CostManager},
	{form: "mmedquota", effect: Changes, cost: CostManager},
	{form: "mmdefedquota", effect: Changes, cost: CostManager},
	{form: "mmdefquotaon", effect: Changes, cost: CostManager},
	{form: "mmdefquotaoff", effect: Changes, cost: CostManager},
	{form: "mmquotaon", effect: Changes, cost: CostManager},
	{form: "mmquotaoff", effect: Changes, cost: CostManager},
	{form: "mmcheckquota", effect: Changes, cost: CostScan},

	// Disks
	{form: "mmlsnsd", cost: CostConfig, options: "-a -F -f: -d: -L -m -M -X -Y -v", y: YLast, ySince: release50, cases: []optionCase{
		{"-m", keepEffect, CostAllNodes}, {"-M", keepEffect, CostAllNodes}, {"-X", keepEffect, CostAllNodes}}},
	{form: "mmlsdisk", cost: CostManager, options: "-d: -e -L -m -M -Y", y: YLast, cases: []optionCase{
		{"-m", keepEffect, CostAllNodes}, {"-M", keepEffect, CostAllNodes}}},
	{form: "mmcrnsd", effect: Changes, cost: CostAllNodes, options: "-F: -v:", cases: []optionCase{{"-v no", Irreversible, keepCost}}},
	{form: "mmdelnsd", effect: Irreversible, cost: CostAllNodes},
	{form: "mmchnsd", effect: Changes, cost: CostAllNodes},
	{form: "mmadddisk", effect: Changes, cost: CostScan, options: "-F: -a -r -v: --strict" + jobOptions, cases: []optionCase{
		{"-v no", Irreversible, keepCost}}},
	{form: "mmdeldisk", effect: Irreversible, cost: CostScan},
	{form: "mmchdisk * stop", effect: StopsUsers, cost: CostManager},
	{form: "mmchdisk", effect: Changes, cost: CostScan},
	{form: "mmrpldisk", effect: Irreversible, cost: CostScan},
	{form: "mmlspdisk", cost: CostManager, options: "-Y --not-ok --replace", y: YLast, ySince: release50},
	{form: "mmlsrecoverygroup", cost: CostManager, options: "-L -Y --pdisk --version-stanza", y: YLast, ySince: release50},
	{form: "mmlsvdisk", cost: CostManager, options: "-Y --vdisk: --recovery-group:", y: YLast, ySince: release50},
	{form: "mmlsenclosure", cost: CostManager, options: "-Y -L --not-ok -N:", y: YLast, ySince: release50},
	{form: "mmlsfirmware", cost: CostManager, options: "-Y --serial-number: --type: --not-latest -N:", y: YLast, ySince: release50},
	{form: "mmvdisk * list", cost: CostManager, options: vdiskListOptions, y: YLast, ySince: release503},
	{form: "mmvdisk", effect: Changes, cost: CostAllNodes},

	// Policies and files
	{form: "mmlspolicy", cost: CostManager, options: "-L -Y", y: YLast, ySince: release503},
	// A bad placement policy makes every create in the file system fail.
	{form: "mmchpolicy", effect: StopsUsers, cost: CostManager, options: "-t: -I:", cases: []optionCase{{"-I test", Reads, keepCost}}},
	{form: "mmapplypolicy", effect: Irreversible, cost: CostScan, heavy: true, options: applyPolicyOptions, cases: []optionCase{
		{"-I test", Reads, keepCost}, {"-I prepare", Reads, keepCost}}},
	{form: "mmstartpolicy", effect: Changes, cost: CostScan},
	{form: "mmlsattr", cost: CostManager, options: "-l -L -d -X --hex-attr --hex-attr-name -n: --get-attr: -D --dump-attr --dump-data-block-disk-numbers --inode-number:"},
	{form: "mmchattr", effect: Changes, cost: CostManager},
	{form: "mmgetacl", cost: CostManager, options: "-d -k:"}, // with -o it writes a file
	{form: "mmputacl", effect: Changes, cost: CostManager},
	{form: "mmeditacl", effect: Changes, cost: CostManager},
	{form: "mmdelacl", effect: Irreversible, cost: CostManager},

	// Callbacks
	{form: "mmlscallback", cost: CostConfig, options: "-Y", y: YLast, ySince: release503},
	{form: "mmaddcallback", effect: Changes, cost: CostAllNodes},
	{form: "mmdelcallback", effect: Changes, cost: CostAllNodes},

	// Health and performance
	{form: "mmhealth node show", cost: CostConfig, y: YLast, options: "-N: -X --extended --no-notices --last-check -Y --verbose -v --unhealthy --not-ok --color --nocolor",
		cases: []optionCase{{"-N", keepEffect, CostAllNodes}}},
	{form: "mmhealth node eventlog", cost: CostConfig, y: YLast, options: "--hour --day --week --month --verbose --show-state-changes -N: -Y",
		cases: []optionCase{{"-N", keepEffect, CostAllNodes}}},
	{form: "mmhealth cluster show", cost: CostManager, y: YLast, options: "-X --extended -Y --verbose -v --unhealthy --not-ok --color --nocolor"},
	{form: "mmhealth event show", cost: CostConfig, y: YLast, options: "-N: -Y"},
	{form: "mmhealth event list", cost: CostConfig, y: YLast, options: "-Y"},
	{form: "mmhealth thresholds list", cost: CostConfig, y: YLast, options: "--verbose -v -Y"},
	{form: "mmhealth config show", cost: CostConfig, y: YLast, options: "-Y"},
	{form: "mmhealth", effect: Changes, cost: CostAllNodes},
	{form: "mmperfmon query", cost: CostManager, options: "--short --list: --csv -n: -b: -N: -S: -E: --filter: --raw --list --nice -Y", y: YNone},
	{form: "mmperfmon config show", cost: CostConfig, options: "-Y"},
	{form: "mmperfmon sensor show", cost: CostConfig, options: "-Y"},
	{form: "mmperfmon report", cost: CostManager, options: "-Y -N: -n: -b: --csv --raw"},
	{form: "mmperfmon", effect: Changes, cost: CostAllNodes},
	{form: "mmlsperfdata", cost: CostManager},
	{form: "mmlsqos", cost: CostManager, options: "--pool: --seconds: --sum-classes: --sum-nodes: --fine-stats: --fine-stats-display-range: -N: -C: -Y", y: YLast, ySince: release50},
	{form: "mmchqos", effect: Changes, cost: CostManager},
	{form: "mmqos * list", cost: CostManager, options: qosListOptions, y: YLast, since: release51, ySince: release51},
	{form: "mmqos filesystem status", cost: CostManager, options: qosListOptions, y: YLast, since: release51, ySince: release51},
	{form: "mmqos", effect: Changes, cost: CostManager, since: release51},

	// AFM
	{form: "mmafmctl * getstate", cost: CostManager, options: "-j: -Y --read-stats --write-stats", y: YLast, ySince: release50},
	{form: "mmafmctl * checkUncached", cost: CostScan, options: "-j: --check-unmigrated --dirpath:"},
	{form: "mmafmctl * checkDirty", cost: CostScan, options: "-j: --dirty-data -Y"},
	{form: "mmafmctl", effect: Changes, cost: CostManager},
	{form: "mmafmconfig show", cost: CostConfig, options: "-Y"},
	{form: "mmafmconfig", effect: Changes, cost: CostAllNodes},
	{form: "mmafmlocal", effect: Changes, cost: CostManager},

	// Protocols and services around the file system
	{form: "mmces service list", cost: CostConfig, options: "-a --all -N: -Y -v --verbose", y: YLast, cases: []optionCase{
		{"-a", keepEffect, CostAllNodes}, {"--all", keepEffect, CostAllNodes}, {"-N", keepEffect, CostAllNodes}}},
	{form: "mmces node list", cost: CostConfig, options: "-Y -v --verbose --ces-group:", y: YLast},
	{form: "mmces address list", cost: CostConfig, options: "-Y -v --verbose --ces-group: --ces-ip: --by-node --extended-list --full-list --attribute:", y: YLast},
	{form: "mmces address prefix-ipv4 show", cost: CostConfig, options: "-Y"},
	{form: "mmces log level", effect: Changes, cost: CostAllNodes},
	{form: "mmces events active", cost: CostConfig, options: "-Y -a -N:", y: YLast},
	{form: "mmces events list", cost: CostConfig, options: "-Y -a -N: --time: --severity:", y: YLast},
	{form: "mmces state show", cost: CostConfig, options: "-Y -a --all -N:", y: YLast, cases: []optionCase{
		{"-a", keepEffect, CostAllNodes}, {"--all", keepEffect, CostAllNodes}, {"-N", keepEffect, CostAllNodes}}},
	{form: "mmces state cluster", cost: CostAllNodes, options: "-Y", y: YLast},
	{form: "mmces interface list", cost: CostConfig, options: "-Y", y: YLast},
	{form: "mmces * stop", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmces * suspend", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmces * disable", effect: StopsUsers, cost: CostAllNodes},
	{form: "mmces", effect: Changes, cost: CostAllNodes},
	{form: "mmnfs export list", cost: CostConfig, options: "-Y --nfsdefs: --nfsdefs-match:", y: YLast},
	{form: "mmnfs config list", cost: CostConfig, options: "-Y --exportdefs", y: YLast},
	{form: "mmnfs", effect: Changes, cost: CostAllNodes},
	{form: "mmsmb export list", cost: CostConfig, options: "-Y --option: --export-regex: --header: --all --key-info:", y: YLast},
	{form: "mmsmb config list", cost: CostConfig, options: "-Y --supported --header: --key-info:", y: YLast},
	{form: "mmsmb", effect: Changes, cost: CostAllNodes},
	{form: "mmuserauth service list", cost: CostConfig, options: "-Y --data-access-method:", y: YLast},
	{form: "mmuserauth", effect: Changes, cost: CostAllNodes},
	{form: "mmobj", effect: Changes, cost: CostAllNodes},
	{form: "mms3 * list", cost: CostConfig, options: "-Y", y: YLast},
	{form: "mms3", effect: Changes, cost: CostAllNodes},
	{form: "mmaudit * list", cost: CostConfig, options: "-Y --events", y: YLast, ySince: release50},
	{form: "mmaudit", effect: Changes, cost: CostAllNodes},
	{form: "mmwatch * list", cost: CostConfig, options: "-Y --events", y: YLast, ySince: release50},
	{form: "mmwatch * status", cost: CostConfig, options: "-Y --watch-id:", y: YLast, ySince: release50},
	{form: "mmwatch", effect: Changes, cost: CostAllNodes},
	{form: "scalectl", effect: Changes, cost: CostAllNodes, since: release60},
}

const lsFsOptions = "-A -B -d -D -E -f -i -I -j -k -K -L -m -M -n -o -P -Q -r -R -S -t -T -u -V -Y -z --acldata-maxlen " +
	"--auto-inode-limit --create-time --encryption --fastea --file-audit-log --filesetdf --flush-on-close --inode-limit --inode-segment-mgr " +
	"--is4KAligned --log-replicas --maintenance-mode --mount-priority --nfs4-owner-write-acl --perfileset-quota --rapid-repair " +
	"--subblocks-per-full-block --uid --write-cache-threshold"

const vdiskListOptions = "-Y -L --rg: --recovery-group: --vs: --vdisk-set: --nc: --node-class: --da: --declustered-array: --pdisk: --vdisk: " +
	"--filesystem: --file-system: --not-ok --not-in-use --replace --server --version --log-group --events --days: --decimal --all --disk-list: -N:"

const qosListOptions = "-Y --filesystem: --class: --pool: --scope: --nodes: --fine-stats --seconds: --sum-classes: --sum-nodes:"

const applyPolicyOptions = "-A: -a: -B: -D: -e -f: -g: -I: -i: -L: -M: -m: -N: -n: -P: -q -r: -S: -s: --choice-algorithm: --maxdepth: " +
	"--max-merge-files: --max-sort-bytes: --other-sort-options: --qos: --scope: --single-instance --sort-buffer-size: --sort-command: " +
	"--split-filelists-by-weight --split-margin: --allow-scan-on-remote --silent-on-delete"

const diagOptions = "-Y --afm --all --assert --commands --config --deadlock --dmapi --eventproducer --health --iohist --lroc --memory " +
	"--msgnodes --network --nsd --pending --rpc --stats --threads --tokenmgr --verbs --version --waiters"

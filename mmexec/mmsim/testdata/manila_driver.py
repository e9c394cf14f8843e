"""Drives the mm* entries of a simulated cluster with the GPFS share driver of OpenStack Manila.

Usage: manila_driver.py MOUNTPOINT (mm* entries and a df that knows the file system come first on PATH)
"""

import os
import sys

from oslo_concurrency import processutils
from oslo_config import cfg

from manila.share import configuration
from manila.share.drivers.ibm import gpfs

base = sys.argv[1]

cfg.CONF([], project="manila", default_config_files=[])
for name, value in {
    "driver_handles_share_servers": False,
    "gpfs_mount_point_base": base,
    "gpfs_share_export_ip": "10.20.0.51",
    "gpfs_nfs_server_list": ["10.20.0.51"],
    "gpfs_share_helpers": ["CES=manila.share.drivers.ibm.gpfs.CESHelper"],
    "is_gpfs_node": True,
}.items():
    cfg.CONF.set_override(name, value)


def execute(*cmd, **kwargs):
    """The driver's own execution, without sudo."""
    kwargs.pop("run_as_root", None)
    return processutils.execute(*cmd, **kwargs)


gpfs.utils.execute = execute
gpfs.share_types.get_extra_specs_from_share = lambda share: {}
driver = gpfs.GPFSShareDriver(configuration=configuration.Configuration(None))
driver._gpfs_execute = driver._gpfs_local_execute
driver._setup_helpers()

driver.check_for_setup_error()


def share(name, size):
    return {"name": name, "id": name, "size": size, "share_proto": "NFS", "share_type_id": None}


one, two = share("share-one", 1), share("share-two", 1)
location = driver.create_share(None, one)
assert location == "10.20.0.51:" + base + "/share-one", location
assert os.path.isdir(base + "/share-one")
assert os.stat(base + "/share-one").st_mode & 0o777 == 0o777
driver.extend_share(one, 3)
out, _ = execute("mmlsquota", "-j", "share-one", "-Y", "mmfs1")
assert ":3145728:" in out, out

with open(base + "/share-one/file", "w") as f:
    f.write("contents\n")
snapshot = {"name": "snap-1", "share_name": "share-one"}
driver.create_snapshot(None, snapshot)
with open(base + "/share-one/file", "w") as f:
    f.write("changed\n")
driver.create_share_from_snapshot(None, two, snapshot)
with open(base + "/share-two/file") as f:
    assert f.read() == "contents\n"

reader = {"access_type": "ip", "access_to": "10.1.1.1", "access_level": "ro"}
writer = {"access_type": "ip", "access_to": "2001:db8::7", "access_level": "rw"}
driver.update_access(None, one, [reader, writer], [reader, writer], [])
helper = driver._get_helper(one)
clients = {e["Clients"]: e["Access_Type"] for e in helper._get_nfs_client_exports(base + "/share-one")}
assert clients == {"10.1.1.1": "RO", "2001:db8::7": "RW"}, clients
driver.update_access(None, one, [dict(reader, access_level="rw")], [], [])
clients = {e["Clients"]: e["Access_Type"] for e in helper._get_nfs_client_exports(base + "/share-one")}
assert clients == {"10.1.1.1": "RW"}, clients
driver.update_access(None, one, [], [], [reader])
assert not helper._has_client_access(base + "/share-one")

execute("mmcrfileset", "mmfs1", "existing", "--inode-space", "new")
execute("mmlinkfileset", "mmfs1", "existing", "-J", base + "/existing")
execute("mmsetquota", "mmfs1:existing", "--block", "0:1500M")
managed = dict(share("share-managed", 0), export_location="10.20.0.51:" + base + "/existing")
result = driver.manage_existing(managed, {})
assert result["size"] == 2, result
assert os.path.isdir(base + "/share-managed") and not os.path.exists(base + "/existing")

driver.delete_snapshot(None, snapshot)
for s in (one, two, managed):
    driver.delete_share(None, s)
    assert not os.path.exists(base + "/" + s["name"])
driver.delete_share(None, one)  # what is gone already is no failure: exit status 2

try:
    driver.create_snapshot(None, {"name": "x", "share_name": "nosuch"})
    raise SystemExit("a snapshot of an unknown fileset was made")
except gpfs.exception.GPFSException as e:
    assert "nosuch" in str(e)
print("manila is content")

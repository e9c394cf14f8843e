"""Drives the mm* entries of a simulated cluster with the GPFS volume driver of OpenStack Cinder.

Usage: cinder_driver.py MOUNTPOINT (mm* entries and a df that knows the file system come first on PATH)
"""

import os
import sys
from unittest import mock

from oslo_concurrency import processutils
from oslo_config import cfg

from cinder import objects

objects.register_all()  # the driver cannot be imported before

from cinder.volume.drivers.ibm import gpfs

base = sys.argv[1]

cfg.CONF([], project="cinder", default_config_files=[])


def execute(*cmd, **kwargs):
    """The driver's own execution, without sudo."""
    kwargs.pop("run_as_root", None)
    return processutils.execute(*cmd, **kwargs)


gpfs.utils.execute = execute
options = mock.Mock()
for name, value in {
    "gpfs_mount_point_base": base,
    "gpfs_storage_pool": "data",
    "gpfs_max_clone_depth": 1,
    "gpfs_images_dir": None,
    "gpfs_images_share_mode": None,
    "gpfs_sparse_volumes": True,
}.items():
    setattr(options, name, value)
options.safe_get = lambda name: getattr(options, name, None)
driver = gpfs.GPFSDriver(configuration=options, db=mock.Mock())

driver.do_setup(None)
assert driver._cluster_id == "7231498302175943021", driver._cluster_id
assert driver._gpfs_device == "mmfs1", driver._gpfs_device
driver.check_for_setup_error()
assert driver._get_gpfs_encryption_status() is False or driver._get_gpfs_encryption_status() == "No"
assert driver._get_fileset_from_path(base) == "root"
assert driver._verify_gpfs_pool("capacity") and not driver._verify_gpfs_pool("nopool")
try:
    driver._is_gpfs_path("/etc")
    raise SystemExit("/etc is taken for a GPFS path")
except gpfs.exception.VolumeBackendAPIException:
    pass

volume = base + "/volume-1"
driver._create_sparse_file(volume, 1)
driver._set_rw_permission(volume)
assert driver._gpfs_change_attributes(["-P", "capacity"], volume) is None
assert driver._update_volume_storage_pool(volume, "data")
assert not driver._is_gpfs_parent_file(volume) if os.path.exists(volume) else False

driver._create_gpfs_snap(volume, base + "/snap-1")
assert driver._is_gpfs_parent_file(base + "/snap-1")
driver._create_gpfs_copy(base + "/snap-1", base + "/volume-2")
driver._create_gpfs_clone(volume, base + "/volume-3")
driver._gpfs_redirect(base + "/volume-3")
driver._delete_gpfs_file(base + "/volume-3")
driver._delete_gpfs_file(base + "/volume-2")
assert not os.path.exists(base + "/volume-2")

group = {"id": "g1", "status": "available"}
driver._create_consistencygroup(None, group)
assert os.path.isdir(base + "/consisgroup-g1")
assert driver._get_fileset_from_path(base + "/consisgroup-g1") == "consisgroup"  # the driver's pattern stops at the dash
driver._delete_consistencygroup(None, group, [])
assert not os.path.exists(base + "/consisgroup-g1")
driver._delete_consistencygroup(None, group, [])  # mmlsfileset of an unknown fileset ends with 2
print("cinder is content")

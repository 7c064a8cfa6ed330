#!/bin/bash
# The first process of one machine of a lab: machine.sh <lab folder> <name> [<folder to show as /usr/share>]
#
# A machine has network, mount, PID, host name and IPC namespaces of its own. In its mount namespace
# /run is the lab's folder <name>/run, so nothing of the host's daemons (Open vSwitch and OVN among
# them) can be reached, and the tests can reach the machine's sockets from outside. The scripts and schemas
# of Open vSwitch and OVN are those of the given folder, because they belong to the programs on PATH.
set -eu

# Anywhere else, what follows would change the host.
if [ $$ != 1 ]; then
  echo "machine.sh: started by the lab only, as the first process of its namespaces" >&2
  exit 1
fi

dir=$1
name=$2
home=$dir/$name
share=${3:-}

# The kernel's view from outside: /proc is still that of the host here.
read -r pid _ </proc/self/stat

hostname "$name"
ip link set lo up

mount --bind "$home/run" /run
# What Open vSwitch, OVN and Incus keep elsewhere is hidden as well, and fast.
for folder in /etc/openvswitch /var/{lib,log}/{openvswitch,ovn,incus}; do
  if [ -d "$folder" ]; then mount -t tmpfs tmpfs "$folder"; fi
done

# /sys shows the network namespace in which it was mounted; the control groups below it stay.
if mountpoint -q /sys/fs/cgroup; then
  mkdir "$home/cgroup"
  mount --rbind /sys/fs/cgroup "$home/cgroup"
  mount -t sysfs sysfs /sys
  mount --rbind "$home/cgroup" /sys/fs/cgroup
  umount --lazy "$home/cgroup"
  rmdir "$home/cgroup"
else
  mount -t sysfs sysfs /sys
fi
mount -t proc proc /proc

if [ -n "$share" ]; then
  for folder in openvswitch ovn; do mount --bind "$share/$folder" "/usr/share/$folder"; done
fi

echo "$name $pid" >"$dir/started"

# Waits for ever, and reaps what daemons leave behind: bash does so on its own.
sleep infinity &
wait $!

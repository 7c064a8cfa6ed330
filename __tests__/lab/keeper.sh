#!/bin/bash
# Holds the machines of one lab: keeper.sh <lab folder> <number of machines> [<folder to show as /usr/share>]
#
# Runs as the first process of a PID namespace of its own, in a network namespace whose only
# purpose is the bridge between the machines. Each machine is a set of namespaces nested in it
# (machine.sh). So nothing of a lab outlives this process: the kernel kills all of it together,
# and no mount, interface or address of it is ever visible on the host.
#
# Says `machine <name> <pid>` for each machine and `ready`, then waits for the end of its standard
# input. That comes when the lab is stopped and when the process that started it dies, by SIGKILL too.
set -eu

# Anywhere else, what follows would change the host.
if [ $$ != 1 ]; then
  echo "keeper.sh: started by the lab only, as the first process of its namespaces" >&2
  exit 1
fi

dir=$1
count=$2
share=${3:-}
here=$(dirname "$0")

clean_up() {
  trap - EXIT
  # All but this process itself, which is the first of its PID namespace.
  kill -9 -1 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf --one-file-system "$dir"
}
trap clean_up EXIT

ip link set lo up
if [ "$count" -gt 1 ]; then
  ip link add lab type bridge forward_delay 0
  ip link set lab up
fi

mkfifo "$dir/started"
for n in $(seq "$count"); do
  unshare --net --mount --uts --ipc --pid --fork --kill-child \
    bash "$here/machine.sh" "$dir" "node$n" "$share" </dev/null >"$dir/node$n/machine.log" 2>&1 &
done

exec 3<>"$dir/started"
for _ in $(seq "$count"); do
  if ! read -r -t 20 name pid <&3; then
    cat "$dir"/node*/machine.log >&2
    exit 1
  fi
  if [ "$count" -gt 1 ]; then
    n=${name#node}
    # By path: a process id would be taken for one of the keeper's own PID namespace.
    ip link add "to-$name" type veth peer name eth0 netns "/proc/$pid/ns/net"
    ip link set "to-$name" master lab up
    nsenter --net --target "$pid" sh -c "ip address add 10.99.0.$n/24 dev eth0 && ip link set eth0 up"
  fi
  echo "machine $name $pid"
done
echo ready

while read -r _; do :; done

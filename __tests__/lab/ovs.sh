#!/bin/bash
# Starts Open vSwitch on a machine, in userspace: ovs.sh bridge|ovn [<run folder of the machine with the databases>]
#
# bridge: the switch and br-int, but no OVN. ovn: OVN's controller as well, and, unless the databases
# are on another machine, these with northd. Their sockets are then reached by way of that machine's
# run folder, so that /run/ovn looks the same on every machine.
set -eu

kind=$1
central=${2:-}

PATH=$PATH:/usr/sbin:/sbin:/usr/share/openvswitch/scripts:/usr/share/ovn/scripts
name=$(hostname)
address=$(ip -4 -brief address show dev eth0 2>/dev/null | awk '{ sub("/.*", "", $3); print $3 }')

mkdir -p /run/openvswitch /run/ovn /etc/openvswitch

start_switch() {
  ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
  ovsdb-server /etc/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock \
    --pidfile --detach --no-chdir --log-file=/run/openvswitch/ovsdb-server.log -vconsole:off
  ovs-vsctl --no-wait init
  ovs-vsctl --no-wait set open_vswitch . \
    external_ids:system-id="$name" \
    external_ids:hostname="$name" \
    external_ids:ovn-remote=unix:/run/ovn/ovnsb_db.sock \
    external_ids:ovn-encap-type=geneve \
    external_ids:ovn-encap-ip="${address:-127.0.0.1}" \
    external_ids:ovn-bridge-datapath-type=netdev
  ovs-vswitchd --pidfile --detach --no-chdir --log-file=/run/openvswitch/ovs-vswitchd.log -vconsole:off
}

if [ "$kind" = ovn ] && [ -z "$central" ]; then
  ovn-ctl start_northd >/dev/null &
fi
start_switch
wait

if [ "$kind" = bridge ]; then
  ovs-vsctl add-br br-int -- set bridge br-int datapath_type=netdev
  exit
fi

if [ -n "$central" ]; then
  for socket in ovnnb_db.sock ovnsb_db.sock; do ln -s "$central/ovn/$socket" "/run/ovn/$socket"; done
fi
ovn-ctl start_controller >/dev/null

#!/bin/bash
# What stands beside Incus on a machine, without the programs that usually make it.
set -euo pipefail

# Docker: a bridge, and chains of iptables.
ip link add docker0 type bridge
ip address add 172.17.0.1/16 dev docker0
iptables -N DOCKER
iptables -A FORWARD -o docker0 -j DOCKER
iptables -t nat -N DOCKER
iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE

# libvirt: a bridge, and a dnsmasq that names it in a file.
ip link add virbr0 type bridge
ip address add 192.168.122.1/24 dev virbr0
ip link set virbr0 up
mkdir -p /var/lib/libvirt/dnsmasq
printf '%s\n' strict-order pid-file=/run/virbr0.pid except-interface=lo bind-dynamic interface=virbr0 listen-address=192.168.122.1 \
  >/var/lib/libvirt/dnsmasq/default.conf
dnsmasq --conf-file=/var/lib/libvirt/dnsmasq/default.conf --leasefile-ro

# LXD: Incus's elder sister, with the same command line but for its folder.
ip link add lxdbr0 address 00:16:3e:11:22:33 type bridge
ip address add 10.5.5.1/24 dev lxdbr0
ip link set lxdbr0 up
mkdir -p /var/lib/lxd/networks/lxdbr0
: >/var/lib/lxd/networks/lxdbr0/dnsmasq.raw
dnsmasq --bind-interfaces --except-interface=lo --pid-file= --interface=lxdbr0 --listen-address=10.5.5.1 \
  --dhcp-leasefile=/var/lib/lxd/networks/lxdbr0/dnsmasq.leases --conf-file=/var/lib/lxd/networks/lxdbr0/dnsmasq.raw

# The user's own.
ip link add br0 type bridge
ip link set br0 up

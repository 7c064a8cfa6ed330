#!/bin/bash
# Makes a root file system that looks like this machine's and can be changed: copy-of-root.sh <folder> [<path to keep>...]
#
# The result is <folder>/merged. For the lab only, in a mount namespace of its own.
set -euo pipefail

dir=$1
shift

mount -t tmpfs tmpfs "$dir"
mkdir "$dir"/{upper,work,merged}
mount -t overlay overlay -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" "$dir/merged"
mount -t proc proc "$dir/merged/proc"
mount --rbind /sys "$dir/merged/sys"
mount --rbind /dev "$dir/merged/dev"
for folder in run tmp; do mount -t tmpfs tmpfs "$dir/merged/$folder"; done

# Overlay shows one file system only: what lies on others is brought in by itself.
for path in "$@"; do
  if [ ! -e "$dir/merged$path" ]; then
    mkdir -p "$dir/merged$path"
    mount --bind "$path" "$dir/merged$path"
  fi
done

# What the host itself keeps there, and services that a package would stop.
rm -rf "$dir/merged/var/lib/incus" "$dir/merged/var/log/incus" "$dir/merged/var/cache/incus"
printf '#!/bin/sh\nexit 101\n' >"$dir/merged/usr/sbin/policy-rc.d"
chmod +x "$dir/merged/usr/sbin/policy-rc.d"

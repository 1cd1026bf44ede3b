# Run as root of a mount and PID namespace of its own: makes a root file system as the container's image and manifest say
# it is, and runs the command in it as PID 1.
#   sandbox.sh ROOT TREE USER GROUP READ_ONLY CAPABILITIES NO_NEW_PRIVS FOLDER [MOUNT SIZE FS_GROUP]… -- command…
set -eu
root=$1 tree=$2 user=$3 group=$4 read_only=$5 capabilities=$6 no_new_privs=$7 folder=$8
shift 8
mount -t tmpfs -o mode=755 root "$root"
mkdir "$root/proc" "$root/dev" "$root/app" "$root/data"
for system in bin sbin lib lib64 usr etc; do
  if [ -L "/$system" ]; then cp -P "/$system" "$root/$system"
  elif [ -d "/$system" ]; then
    mkdir "$root/$system"
    mount --bind "/$system" "$root/$system"
    mount -o remount,bind,ro "$root/$system"
  fi
done
mount --bind "$tree" "$root/app"
# The tree is the clone's own: nothing may write there, whatever the manifest says.
mount -o remount,bind,ro "$root/app"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
  mkdir -p "$root$1"
  mount -t tmpfs -o "size=$2,mode=2777,gid=$3" volume "$root$1"
  shift 3
done
shift
if [ "$read_only" = true ]; then mount -o remount,ro "$root"; else chmod 777 "$root"; fi
exec unshare --root="$root" --wd="$folder" setpriv --reuid "$user" --regid "$group" --clear-groups \
  --inh-caps="$capabilities" --bounding-set="$capabilities" ${no_new_privs:+--no-new-privs} -- "$@"

# Within a namespace of mounts of its own: what the shipped unit does. HOME OUTSIDE COMMAND…
# Everything is read-only but the home (ProtectSystem=strict, StateDirectory), and OUTSIDE is an empty folder of the process's own
# (ProtectHome, PrivateTmp).
set -e
home=$1 outside=$2
shift 2
mount --make-rprivate /
mount --bind "$home" "$home"
mount -t tmpfs none "$outside"
cut -d' ' -f5 /proc/self/mountinfo | sort -u | while read -r at; do
    case $at in "$home" | "$outside" | /proc | /proc/* | /sys | /sys/* | /dev | /dev/*) continue ;; esac
    mount -o remount,bind,ro "$at" || [ "$at" != / ]
done
if touch "$home/../written" 2>/dev/null; then exit 1; fi
touch "$home/written" && rm "$home/written"
exec "$@"

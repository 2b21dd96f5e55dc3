#!/bin/sh
case $1 in
  bound|renew)
    ifconfig $interface $ip netmask $subnet
    [ -z "$router" ] || route add default gw ${router%% *}
    echo "LAB-GUEST-IP $interface $ip" > /dev/console ;;
esac

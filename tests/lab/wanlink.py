#!/usr/bin/env python3
"""wanlink.py PID IFNAME BRIDGE CONTROL: a network cable with latency and loss, for kernels without netem.

A TAP called IFNAME on BRIDGE and a TAP called eth0 in the network namespace of process PID; every frame waits in
between. CONTROL is a file "DELAY_MS LOSS_PCT" (one way), read again five times a second.
"""
import collections, ctypes, fcntl, os, random, select, struct, subprocess, sys, time

pid, ifname, bridge, control = sys.argv[1:5]
TUNSETIFF, IFF_TAP_NO_PI, CLONE_NEWNET = 0x400454CA, 0x1002, 0x40000000


def tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return fd


def settings(before):
    try:
        delay, loss = open(control).read().split()
        return float(delay) / 1000, float(loss) / 100
    except (OSError, ValueError):
        return before  # being rewritten right now


outer = tap(ifname)
subprocess.check_call(["ip", "link", "set", ifname, "master", bridge, "up"])
namespace = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET):
    sys.exit("setns failed")
inner = tap("eth0")
print("up", flush=True)

waiting = collections.deque()  # (when, where to, frame), in order: the delay is the same for all
poll = select.poll()
poll.register(outer, select.POLLIN)
poll.register(inner, select.POLLIN)
delay, loss, read_at = *settings((0.0, 0.0)), time.monotonic()
while True:
    while waiting and waiting[0][0] <= time.monotonic():
        _, fd, frame = waiting.popleft()
        try:
            os.write(fd, frame)
        except OSError:
            pass  # the link is down: a cable loses what is on it
    timeout = max(0, (waiting[0][0] - time.monotonic()) * 1000) if waiting else None
    ready = poll.poll(timeout)
    now = time.monotonic()
    if now - read_at > 0.2:
        delay, loss, read_at = *settings((delay, loss)), now
    for fd, _ in ready:
        for _ in range(64):
            try:
                frame = os.read(fd, 65536)
            except OSError:
                break
            if loss and random.random() < loss:
                continue
            waiting.append((now + delay, inner if fd == outer else outer, frame))

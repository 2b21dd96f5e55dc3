//! The libvirt driver: sessions, tunnels, domains. The only crate that knows libvirt.


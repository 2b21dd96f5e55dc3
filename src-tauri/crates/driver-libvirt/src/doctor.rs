//! Placeholder until the session works.
use crate::libvirt::LibvirtDriver;
use driver::{ConnectContext, ConnectTarget, StepSink};
pub(crate) async fn diagnose(
    _: &LibvirtDriver,
    _: &ConnectTarget,
    _: &ConnectContext,
    _: &mut dyn StepSink,
) {
}

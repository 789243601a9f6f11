//! What templates receive. A view has chosen and worded everything; a template places it.

pub(super) mod badge;
pub(super) mod browse;
pub(super) mod bulletin;
pub(super) mod certificate;
pub(super) mod chart;
pub(super) mod data;
pub(super) mod edition;
pub(super) mod enterprise;
pub(super) mod evaluation;
pub(super) mod feed;
pub(super) mod find;
pub(super) mod guidance;
pub(super) mod history;
pub(super) mod home;
pub(super) mod level;
pub(super) mod list;
pub(super) mod places;
pub(super) mod row;
pub(super) mod scheme;
pub(super) mod seal;
pub(super) mod statistics;
pub(super) mod subscription;
pub(super) mod transparency;
